/** Chunks as they are stored: some at a time, under a version that nobody sees until one small write says so. */
import type { Place } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import { type Database, SqlError } from "./database.ts";
import type { HeldFileJob } from "./file-jobs.ts";
import { jsonText } from "./text-format.ts";

/** In one statement [HNSW takes 237-443 rows/s]: the embedded database has one connection, and nothing may hold it for long. */
export const CHUNKS_AT_ONCE = 20;

const ERASED_AT_ONCE = 100;

export type NewChunk = { position: number; text: string; place: Place };

/** Those that are stored already are passed over. False when the job is another's by now, or the file is gone. */
export async function storeChunks(
  database: Database,
  { job, file }: HeldFileJob,
  version: number,
  chunks: readonly NewChunk[],
): Promise<boolean> {
  try {
    const { rows } = await sql<{ held: boolean }>`
      with held as (
        select from processing_jobs where id = ${job.id} and epoch = ${job.epoch} and status = 'running'
      ), stored as (
        insert into vector_chunks (file_id, owner_id, version, position, text, place)
        select ${file.id}::uuid, ${file.owner_id}, ${version}, c.position, c.text, c.place
        from jsonb_to_recordset(${jsonText(chunks)}::jsonb) as c(position int, text text, place jsonb)
        where exists (select from held)
        on conflict (file_id, version, position) do nothing
      )
      select exists (select from held) as held
    `.execute(database.sql);
    return rows[0]?.held === true;
  } catch (error) {
    // Deleted at this moment.
    if (error instanceof SqlError && error.sqlState === "23503") return false;
    throw error;
  }
}

/** The version that new chunks of a file get. */
export const nextVersion = async (database: Database, fileId: string): Promise<number> => {
  const { rows } = await sql<{ version: number }>`
    select greatest(f.chunk_version, (select max(version) from vector_chunks where file_id = f.id)) + 1 as version
    from files f where f.id = ${fileId}
  `.execute(database.sql);
  return rows[0]?.version ?? 1;
};

/** How many chunks of a version are stored: they are stored in order. */
export const storedChunks = async (database: Database, fileId: string, version: number): Promise<number> => {
  const { rows } = await sql<{ stored: number }>`
    select coalesce(max(position) + 1, 0) as stored from vector_chunks where file_id = ${fileId} and version = ${version}
  `.execute(database.sql);
  return rows[0]?.stored ?? 0;
};

/** Takes away the chunks of a file that are not of this version, in small steps; null: all of them. */
export async function eraseChunks(database: Database, fileId: string, but: number | null): Promise<void> {
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from vector_chunks where id in (
        select id from vector_chunks where file_id = ${fileId} and version is distinct from ${but}::int limit ${ERASED_AT_ONCE}
      )
    `.execute(database.sql);
    if (numAffectedRows < ERASED_AT_ONCE) return;
  }
}

/** Takes away the vectors of a file that are of other models than this one, in small steps; null: all of them. */
export async function eraseVectors(database: Database, fileId: string, but: string | null): Promise<void> {
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from chunk_embeddings where (chunk_id, model) in (
        select chunk_id, model from chunk_embeddings where file_id = ${fileId} and model is distinct from ${but}::text limit ${ERASED_AT_ONCE}
      )
    `.execute(database.sql);
    if (numAffectedRows < ERASED_AT_ONCE) return;
  }
}
