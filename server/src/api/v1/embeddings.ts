/** The embedding in use, in OpenAI's form. */
import type { EmbeddingList, EmbeddingRequest } from "@orchestratex/sdk/contract";
import { AppError, type FaultCode } from "../../errors.ts";
import type { Embedding } from "../../providers/embedding.ts";

/** Whichever is in use. */
const IN_USE = "orchestratex/embedding";

/** What a service that makes vectors may do to a call. */
export const embeddingFaults: FaultCode[] = [
  ...(["embedding.unavailable", "provider.rate_limited", "provider.rejected", "provider.unreachable"] as const),
  ...(["provider.key_rejected", "provider.no_credit", "provider.model_unknown", "provider.too_long"] as const),
  ...(["provider.failed", "provider.unreadable"] as const),
];

export async function embeddingsOf(
  embedding: Embedding,
  { model, input, encoding_format, dimensions }: EmbeddingRequest,
  signal: AbortSignal,
): Promise<EmbeddingList> {
  if (model !== IN_USE && model !== embedding.model)
    throw new AppError(
      "embedding.not_found",
      `The embedding ${model.slice(0, 200)} is not in use here: ask for ${IN_USE}, which is ${embedding.model} now`,
    );
  if (typeof dimensions === "number" && dimensions !== embedding.dimensions)
    throw new AppError("request.invalid", `${embedding.model} has ${embedding.dimensions} dimensions, no others`, {
      errors: [{ path: "dimensions", problem: `must be ${embedding.dimensions}` }],
    });
  const texts = [input].flat();
  const vectors = await embedding.embed(texts, signal);
  const tokens = texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0);
  return {
    object: "list",
    data: vectors.map((vector, index) => ({
      ...{ object: "embedding", index },
      embedding: encoding_format === "base64" ? base64Of(vector) : [...vector],
    })),
    model: embedding.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Little end first, on any machine. */
function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes.toString("base64");
}
