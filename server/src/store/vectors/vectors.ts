/** Where the vectors of chunks are kept and compared: one file beside this one per kind of place. */

type StoredVector = { chunkId: string; fileId: string; ownerId: string; version: number; vector: Float32Array };

export type NearestQuery = {
  /** Nobody is shown what is another's. */
  ownerId: string;
  /** Only vectors of this model, in files whose `embedding_model` it is. */
  model: string;
  vector: Float32Array;
  limit: number;
  /** Null: all. */
  fileIds: readonly string[] | null;
  types: readonly string[] | null;
  /** Cosine similarity; null: any. */
  minScore: number | null;
};

export type Vectors = {
  /** How many one call of `put` takes at most. */
  batch: number;
  /** Replaces what is there of the same chunk and model. Chunks that are gone are passed over. */
  put(model: string, batch: readonly StoredVector[]): Promise<void>;
  /** Chunks that are to be seen, most similar first; score is the cosine similarity. */
  nearest(query: NearestQuery): Promise<{ chunkId: string; score: number }[]>;
  /** All vectors of a file but those of one model. */
  keepOnly(fileId: string, model: string): Promise<void>;
};
