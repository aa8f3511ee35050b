/** `/v1/embeddings`: vectors of texts, for clients that search by themselves. */
import { EmbeddingList, EmbeddingRequest } from "@orchestratex/sdk/contract";
import type { Door } from "../door.ts";
import { answer, type Routes } from "../openapi.ts";
import { OPENAI_BODY_LIMIT_BYTES } from "../problems.ts";
import { hangUpOf } from "../sse.ts";
import { embeddingFaults, embeddingsOf } from "../v1/embeddings.ts";
import { openAiErrors } from "../v1/errors.ts";

export function openAiEmbeddingRoutes(app: Routes, door: Door): void {
  app.post(
    "/v1/embeddings",
    {
      bodyLimit: OPENAI_BODY_LIMIT_BYTES,
      schema: {
        operationId: "createEmbedding",
        summary: "Vectors of texts, by the embedding that is in use for files",
        tags: ["v1"],
        body: EmbeddingRequest,
        response: {
          200: answer("A vector for each text, in order", EmbeddingList),
          ...openAiErrors(["embedding.not_found", ...embeddingFaults], "body"),
        },
      },
    },
    ({ body }, reply) => embeddingsOf(door.embedding(), body, hangUpOf(reply).signal),
  );
}
