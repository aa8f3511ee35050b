/** Chunks by similarity: what a search that understands, reads and answers is made of. */
import { FileHits, SearchFiles } from "@orchestratex/sdk/contract";
import { chunksOfIds, filesNotEmbedded } from "../../store/chunks.ts";
import { openPgvector } from "../../store/vectors/pgvector.ts";
import type { Door } from "../door.ts";
import { answer, problems, type Routes } from "../openapi.ts";
import { hangUpOf } from "../sse.ts";
import { embeddingFaults } from "../v1/embeddings.ts";

export function fileSearchRoutes(app: Routes, door: Door): void {
  app.post(
    "/api/files/search",
    {
      schema: {
        operationId: "searchFiles",
        summary: "The chunks that are most similar to a text",
        description:
          "By the embedding that is in use, which the answer names: vectors of different models are never compared, so files that " +
          "are not embedded by it yet are passed over, and counted in `not_compared`. Every chunk is compared: nothing is left out by an index.",
        tags: ["files"],
        body: SearchFiles,
        response: {
          200: answer("The chunks, most similar first", FileHits),
          ...problems(embeddingFaults, "body"),
        },
      },
    },
    ({ body, userId }, reply) => search(door, userId, body, hangUpOf(reply).signal),
  );
}

/** One embedding for all of it, even if another takes its place meanwhile. */
async function search(door: Door, ownerId: string, asked: SearchFiles, signal: AbortSignal): Promise<FileHits> {
  const begun = performance.now();
  const { database } = door;
  const embedding = door.embedding();
  const { model, kind } = embedding;
  const [vector] = await embedding.embed([asked.query], signal);
  const among = { ownerId, model, fileIds: asked.file_ids ?? null, types: asked.types ?? null };
  const near = vector
    ? await openPgvector(database).nearest({ ...among, vector, limit: asked.limit, minScore: asked.min_score ?? null })
    : [];
  const ids = near.map(({ chunkId }) => chunkId);
  const [chunks, notCompared] = await Promise.all([
    chunksOfIds(database, ownerId, ids),
    filesNotEmbedded(database, among),
  ]);
  const byId = new Map(chunks.map((chunk) => [chunk.id, chunk]));
  return {
    hits: near.flatMap(({ chunkId, score }) => {
      const chunk = byId.get(chunkId);
      return chunk ? [{ ...chunk, score }] : [];
    }),
    embedding: { model, kind },
    not_compared: notCompared,
    elapsed_ms: Math.round(performance.now() - begun),
  };
}
