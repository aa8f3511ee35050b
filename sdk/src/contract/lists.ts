/** Closed lists as plain words, for those who show them: the contract makes its schemas from them. */
export const domains = [
  ...(["coding", "creative", "factual", "math"] as const),
  ...(["translation", "sentiment", "analysis", "general"] as const),
] as const;

export const strategies = ["domain_match", "performance", "cost", "hybrid"] as const;

/** The eight by which an answer is judged. */
export const criteria = [
  ...(["accuracy", "relevance", "clarity", "completeness"] as const),
  ...(["creativity", "efficiency", "safety", "domain_expertise"] as const),
] as const;

/** The six by which a candidate is scored. */
export const factors = [
  ...(["domain_match_score", "historical_performance", "cost_efficiency"] as const),
  ...(["availability_score", "response_time_score", "specialty_alignment"] as const),
] as const;

export const fileStatuses = ["uploading", "queued", "processing", "ready", "failed"] as const;

/** What happens to a file, in this order. */
export const fileStages = ["detect", "extract", "chunk", "store", "embed"] as const;

/** Bytes of a chunk of an upload. */
export const uploadChunkBytes = 8 * 1024 * 1024;
