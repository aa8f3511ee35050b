/** Files as they are shown: one, lists of them, what they sum up to, and their chunks. */
import type { Chunk, FileStatus } from "@orchestratex/sdk/contract";
import { type SqlBool, sql } from "kysely";
import type { Database } from "./database.ts";
import type { FileRow } from "./file-jobs.ts";
import { after, is, type Page, type PageOf, pageOf } from "./pages.ts";

/** `received_bytes`: null when all are there. */
export type ShownFile = FileRow & { received_bytes: number | null };

const shown = (database: Database) =>
  database.sql
    .selectFrom("files as f")
    .selectAll("f")
    .select(
      sql<number | null>`(select u.received_bytes from uploads u where u.id = f.id and u.completed_at is null)`.as(
        "received_bytes",
      ),
    );

/** A user's own; an upload that was a duplicate has the file that was there. */
export const findFile = (database: Database, ownerId: string, id: string): Promise<ShownFile | undefined> =>
  shown(database).where("f.id", "=", sql<string>`file_of(${ownerId}, ${id}::uuid)`).executeTakeFirst();

export type FileFilters = { status?: FileStatus | undefined; type?: string | undefined; q?: string | undefined };

/** Newest first. */
export const listFiles = async (
  database: Database,
  ownerId: string,
  page: Page,
  { status, type, q }: FileFilters,
): Promise<PageOf<ShownFile>> => {
  const rows = await shown(database)
    .where("f.owner_id", "=", ownerId)
    .where("f.deleted_at", "is", null)
    .where(is("f.status", status))
    .where(is("f.type", type))
    .where(q ? sql<SqlBool>`f.name ilike ${`%${q.replace(/[\\%_]/g, "\\$&")}%`}` : sql<SqlBool>`true`)
    .where(after("f.created_at", "f.id", page.cursor))
    .orderBy(sql`f.created_at desc nulls last`)
    .orderBy("f.id", "desc")
    .limit(page.limit + 1)
    .execute();
  return pageOf(
    rows,
    page.limit,
    ({ id, created_at }) => ({ at: created_at, id }),
    (row) => row,
  );
};

/** The chunks that searches see, above `position`, in reading order. */
export const chunksAfter = (
  database: Database,
  file: Pick<FileRow, "id" | "chunk_version">,
  position: number,
  limit: number,
): Promise<Chunk[]> =>
  database.sql
    .selectFrom("vector_chunks")
    .select(["id", "position", "text", "place"])
    .where("file_id", "=", file.id)
    .where("version", "=", file.chunk_version)
    .where("position", ">", position)
    .orderBy("position")
    .limit(limit)
    .execute();

export type FileSums = {
  stored: { files: number; bytes: number };
  jobs: { queued: number; running: number; failed: number };
  rework: { kind: "embed" | "chunk"; done: number; total: number } | null;
};

/** What a user has stored, and what is done with it. */
export const sumsOf = async (database: Database, ownerId: string): Promise<FileSums> => {
  const { rows } = await sql<FileSums["stored"] & FileSums["jobs"]>`
    select count(*) as files, coalesce(sum(size), 0)::bigint as bytes, count(*) filter (where status = 'queued') as queued,
      count(*) filter (where status = 'processing') as running, count(*) filter (where status = 'failed') as failed
    from files where owner_id = ${ownerId} and deleted_at is null and status <> 'uploading'
  `.execute(database.sql);
  const { files = 0, bytes = 0, ...jobs } = rows[0] ?? { queued: 0, running: 0, failed: 0 };
  return { stored: { files, bytes }, jobs, rework: await reworkOf(database, ownerId) };
};

/** Jobs that chunk or embed files anew, counted from the oldest that is still to be done: those that ended later belong to them. */
const reworkOf = async (database: Database, ownerId: string): Promise<FileSums["rework"]> => {
  const { rows } = await sql<NonNullable<FileSums["rework"]>>`
    select o.kind, count(j.id) filter (where j.status = 'completed') as done, count(j.id) as total
    from (
      select kind, min(created_at) as since from processing_jobs
      where owner_id = ${ownerId} and kind <> 'read' and status in ('queued', 'running') group by kind order by 2 limit 1
    ) o join processing_jobs j on j.owner_id = ${ownerId} and j.kind = o.kind and j.status <> 'cancelled'
      and (j.created_at >= o.since or j.finished_at >= o.since)
    group by o.kind
  `.execute(database.sql);
  return rows[0] ?? null;
};
