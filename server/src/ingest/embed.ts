/** The chunks of a file get their vectors: small batches, each kept as soon as it is made, so that a crash loses one of them. */
import type { Embedding } from "../providers/embedding.ts";
import { chunksWithout, countEmbedded } from "../store/chunks.ts";
import type { Database } from "../store/database.ts";
import { openPgvector } from "../store/vectors/pgvector.ts";

/** Texts that a model is given at once: as many as may be lost when it is stopped. */
const BATCH = 16;

export type Embedder = {
  database: Database;
  embedding: Embedding;
  fileId: string;
  ownerId: string;
  /** Of the chunks. */
  version: number;
  signal: AbortSignal;
  onProgress(done: number, total: number): void;
};

/**
 * Chunks that have a vector of this model already are passed over. Nothing is compared with them until the file's
 * `embedding_model` names the model, which is the caller's to write. Throws what the embedding throws, or the signal's reason.
 */
export async function embedChunks({ database, embedding, signal, onProgress, ...of }: Embedder): Promise<void> {
  const vectors = openPgvector(database);
  const { model } = embedding;
  const { fileId, ownerId, version } = of;
  const counted = await countEmbedded(database, { fileId, version, model });
  const { total } = counted;
  let { done } = counted;
  onProgress(done, total);
  for (let after = -1; ; ) {
    signal.throwIfAborted();
    const chunks = await chunksWithout(database, { fileId, version, model, after, limit: BATCH });
    const last = chunks.at(-1);
    if (!last) return;
    const made = await embedding.embed(
      chunks.map(({ text }) => text),
      signal,
    );
    signal.throwIfAborted();
    const batch = chunks.flatMap(({ id }, n) => {
      const vector = made[n];
      return vector ? [{ chunkId: id, fileId, ownerId, version, vector }] : [];
    });
    await vectors.put(model, batch);
    after = last.position;
    done += batch.length;
    onProgress(done, total);
  }
}
