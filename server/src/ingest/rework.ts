/**
 * Files that were chunked or embedded otherwise than the settings now say: jobs for them, made page by page. A job of kind `chunk`
 * chunks the file anew and embeds it; one of kind `embed` embeds what is there. How far it is, is counted from the jobs' rows.
 */
import type { FileProcessing } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import { jsonText } from "../store/text-format.ts";

export type Wanted = {
  /** Null: the model that is wanted is not there yet, so nothing is embedded anew. */
  model: string | null;
  chunking: { size: number; overlap: number };
};

/** Files of one statement. */
const PAGE = 200;

/**
 * Answers how many jobs were made. `made` hears of each page: the files' ids. Files that have such a job waiting or running already,
 * are still being read for the first time, or had one that failed within the hour, are left alone: asking twice is asking once.
 */
export async function makeReworkJobs(
  database: Database,
  wanted: Wanted,
  { signal, made }: { signal: AbortSignal; made(fileIds: string[]): void },
): Promise<number> {
  let count = 0;
  for (;;) {
    signal.throwIfAborted();
    const page = await nextPage(database, wanted);
    if (page.length > 0) made(page);
    count += page.length;
    if (page.length < PAGE) return count;
  }
}

async function nextPage(database: Database, { model, chunking }: Wanted): Promise<string[]> {
  const isChunkedOtherwise = sql`f.chunking is distinct from ${jsonText(chunking)}::jsonb`;
  const isEmbeddedOtherwise = model === null ? sql`false` : sql`f.embedding_model is distinct from ${model}`;
  const label = jsonText({ chunking, ...(model !== null && { model }) });
  const { rows } = await sql<{ file_id: string }>`
    insert into processing_jobs (owner_id, file_id, kind, details)
    select f.owner_id, f.id, case when ${isChunkedOtherwise} then 'chunk' else 'embed' end, jsonb_build_object('rework', ${label}::jsonb)
    from files f
    where f.status = 'ready' and f.chunk_version > 0 and f.chunk_count > 0
      and (${isChunkedOtherwise} or ${isEmbeddedOtherwise})
      and not exists (
        select from processing_jobs j
        where j.file_id = f.id and (j.status in ('queued', 'running') or j.status = 'failed' and j.finished_at > now() - interval '1 hour')
      )
    order by f.created_at desc, f.id
    limit ${PAGE}
    returning file_id
  `.execute(database.sql);
  return rows.map(({ file_id }) => file_id);
}

/** One owner's files; null: nothing waits and nothing runs. `total` counts what has been done since the first job that still waits was made. */
export async function reworkProgress(database: Database, ownerId: string): Promise<FileProcessing["rework"]> {
  const { rows } = await sql<{ kind: "embed" | "chunk"; done: number; total: number }>`
    with pending as (
      select details->'rework' as label, bool_or(kind = 'chunk') as chunking
      from processing_jobs
      where owner_id = ${ownerId} and status in ('queued', 'running') and details ? 'rework'
      group by 1 order by max(created_at) desc limit 1
    )
    select case when p.chunking then 'chunk' else 'embed' end as kind,
      count(*) filter (where j.status not in ('queued', 'running')) as done, count(*) as total
    from pending p join processing_jobs j on j.owner_id = ${ownerId} and j.details->'rework' = p.label
    group by p.chunking
  `.execute(database.sql);
  return rows[0] ?? null;
}
