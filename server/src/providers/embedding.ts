/** What makes vectors of texts. One file in `embeddings/` per way to do it. */
export type Embedding = {
  /** As it stands beside each vector: vectors of different models are never compared. */
  model: string;
  /** `lexical`: of words and parts of words, without a model; `local`: a model on this machine; `remote`: a service. */
  kind: "lexical" | "local" | "remote";
  dimensions: number;
  /**
   * Unit vectors, one for each text, in order. Texts longer than the model reads are cut by it.
   * Throws AppError: `embedding.unavailable`, or a `provider.*` of the service.
   */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>;
};
