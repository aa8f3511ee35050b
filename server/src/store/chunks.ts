/** Chunks of files: those to be embedded, those that were found. */
import type { Place } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import type { Database } from "./database.ts";

export type UnembeddedChunk = { id: string; position: number; text: string };

/** Of one version of a file, in reading order after `position`: those without a vector of this model. */
export const chunksWithout = async (
  database: Database,
  {
    fileId,
    version,
    model,
    after,
    limit,
  }: { fileId: string; version: number; model: string; after: number; limit: number },
): Promise<UnembeddedChunk[]> => {
  const { rows } = await sql<UnembeddedChunk>`
    select c.id, c.position, c.text from vector_chunks c
    where c.file_id = ${fileId} and c.version = ${version} and c.position > ${after}
      and not exists (select from chunk_embeddings e where e.chunk_id = c.id and e.model = ${model})
    order by c.position limit ${limit}
  `.execute(database.sql);
  return rows;
};

/** How many chunks this version of a file has, and how many of them have a vector of this model. */
export const countEmbedded = async (
  database: Database,
  { fileId, version, model }: { fileId: string; version: number; model: string },
): Promise<{ done: number; total: number }> => {
  const { rows } = await sql<{ done: number; total: number }>`
    select
      (select count(*) from chunk_embeddings where file_id = ${fileId} and version = ${version} and model = ${model}) as done,
      (select count(*) from vector_chunks where file_id = ${fileId} and version = ${version}) as total
  `.execute(database.sql);
  return rows[0] ?? { done: 0, total: 0 };
};

export type FoundChunk = {
  id: string;
  file_id: string;
  file_name: string;
  type: string | null;
  position: number;
  text: string;
  place: Place;
};

/** The owner's chunks of these ids, with their files, in no order. */
export const chunksOfIds = async (
  database: Database,
  ownerId: string,
  ids: readonly string[],
): Promise<FoundChunk[]> => {
  if (ids.length === 0) return [];
  const { rows } = await sql<FoundChunk>`
    select c.id, c.file_id, f.name as file_name, f.type, c.position, c.text, c.place
    from vector_chunks c join files f on f.id = c.file_id
    where c.owner_id = ${ownerId} and c.id = any(${[...ids]}::uuid[])
  `.execute(database.sql);
  return rows;
};

/** The owner's chunks that have all words of the query and are to be seen, in no order that means anything. */
export const chunksWithWords = async (
  database: Database,
  ownerId: string,
  { query, limit }: { query: string; limit: number },
): Promise<FoundChunk[]> => {
  const { rows } = await sql<FoundChunk>`
    select c.id, c.file_id, f.name as file_name, f.type, c.position, c.text, c.place
    from vector_chunks c join files f on f.id = c.file_id and f.chunk_version = c.version
    where c.owner_id = ${ownerId} and c.search @@ plainto_tsquery('simple', ${query})
    limit ${limit}
  `.execute(database.sql);
  return rows;
};

/** Files that searches by this model pass over, though their text is there. */
export const filesNotEmbedded = async (
  database: Database,
  {
    ownerId,
    model,
    fileIds,
    types,
  }: {
    ownerId: string;
    model: string;
    fileIds: readonly string[] | null;
    types: readonly string[] | null;
  },
): Promise<number> => {
  const { rows } = await sql<{ files: number }>`
    select count(*) as files from files
    where owner_id = ${ownerId} and chunk_version > 0 and chunk_count > 0 and embedding_model is distinct from ${model}
      and ${fileIds === null ? sql`true` : sql`id = any(${[...fileIds]}::uuid[])`}
      and ${types === null ? sql`true` : sql`type = any(${[...types]}::text[])`}
  `.execute(database.sql);
  return rows[0]?.files ?? 0;
};
