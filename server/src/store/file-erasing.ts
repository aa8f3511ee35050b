/** What is left of files that were deleted, or of nobody's at all. */
import { type SqlBool, sql } from "kysely";
import type { Blobs } from "./blobs/blobs.ts";
import type { Database } from "./database.ts";
import { eraseChunks, eraseVectors } from "./file-chunks.ts";

/** The last of a file that was doomed: its bytes, its chunks with their vectors, its row with all that hangs on it. */
export async function eraseFile(
  { database, blobs }: { database: Database; blobs: Blobs },
  fileId: string,
  keys: readonly string[],
): Promise<void> {
  for (const key of keys) await blobs.remove(key);
  // Before their chunks: the row would look at each of them, although they are gone [243 ms for 20 000 of them].
  await eraseVectors(database, fileId, null);
  await eraseChunks(database, fileId, null);
  await database.sql.deleteFrom("files").where("id", "=", fileId).where("deleted_at", "is not", null).execute();
}

/** Files whose deletion was begun a while ago and not ended: whoever did it is gone. */
export const doomedFiles = (database: Database): Promise<{ id: string; blob_key: string | null }[]> =>
  database.sql
    .selectFrom("files")
    .select(["id", "blob_key"])
    .where(sql<SqlBool>`deleted_at < now() - interval '1 minute'`)
    .limit(100)
    .execute();

/** Of these ids, those that are files still. */
export const filesAmong = async (database: Database, ids: readonly string[]): Promise<Set<string>> => {
  const rows = await database.sql
    .selectFrom("files")
    .select("id")
    .where("id", "=", sql<string>`any(${ids}::uuid[])`)
    .execute();
  return new Set(rows.map(({ id }) => id));
};

/** Files that have chunks of versions that nobody sees and nobody makes. */
export const filesWithOldChunks = async (database: Database): Promise<{ id: string; chunk_version: number }[]> => {
  const { rows } = await sql<{ id: string; chunk_version: number }>`
    select f.id, f.chunk_version from files f
    where f.updated_at > now() - interval '1 day'
      and not exists (select from processing_jobs j where j.file_id = f.id and j.status in ('queued', 'running'))
      and exists (
        -- Two looks at an index, not one at every chunk.
        select from vector_chunks c where c.file_id = f.id and c.version < f.chunk_version
        union all select from vector_chunks c where c.file_id = f.id and c.version > f.chunk_version
      )
    limit 20
  `.execute(database.sql);
  return rows;
};

/** Files that have vectors of models that are not theirs, and nobody makes them others. */
export const filesWithOldVectors = async (database: Database): Promise<{ id: string; embedding_model: string }[]> => {
  const { rows } = await sql<{ id: string; embedding_model: string }>`
    select f.id, f.embedding_model from files f
    where f.updated_at > now() - interval '1 day' and f.embedding_model is not null
      and not exists (select from processing_jobs j where j.file_id = f.id and j.status in ('queued', 'running'))
      and exists (select from chunk_embeddings e where e.file_id = f.id and e.model <> f.embedding_model)
    limit 20
  `.execute(database.sql);
  return rows;
};
