/** What followers of files ask: their events are read from the log as those of threads are. */
import { sql } from "kysely";
import type { Database } from "./database.ts";
import type { FileNews } from "./live.ts";

export type FollowedFile = { owner_id: string; last_seq: number; isOver: boolean };

/** Undefined when it is gone. It is over when nothing is done with it, nor will be unless somebody asks. */
export const followedFile = async (database: Database, id: string): Promise<FollowedFile | undefined> => {
  const { rows } = await sql<FollowedFile>`
    select f.owner_id, f.last_seq, f.status in ('ready', 'failed') and not exists (
      select from processing_jobs j where j.file_id = f.id and j.status in ('queued', 'running')
    ) as "isOver"
    from files f where f.id = ${id} and f.deleted_at is null
  `.execute(database.sql);
  return rows[0];
};

export const timeOfDatabase = async (database: Database): Promise<string> => {
  const { rows } = await sql<{ now: string }>`select clock_timestamp() as now`.execute(database.sql);
  return rows[0]?.now ?? "";
};

/** The number of a file's last event before that time; 0: there was none. */
export const lastBefore = async (database: Database, fileId: string, time: string): Promise<number> => {
  const { rows } = await sql<{ seq: number }>`
    select coalesce(max(seq), 0) as seq from orchestration_logs
    where stream_id = ${fileId} and seq is not null and timestamp < ${time}::timestamptz
  `.execute(database.sql);
  return rows[0]?.seq ?? 0;
};

/** Files of these owners, and these files themselves, with events of the last seconds. */
export const recentNews = async (
  database: Database,
  owners: readonly string[],
  files: readonly string[],
): Promise<(FileNews & { ownerId: string })[]> => {
  if (owners.length + files.length === 0) return [];
  const { rows } = await sql<FileNews & { ownerId: string }>`
    select id as "fileId", owner_id as "ownerId", last_seq as seq from files
    where (owner_id = any(${owners}::text[]) or id = any(${files}::uuid[])) and updated_at > now() - interval '5 seconds'
      and last_seq > 0 and deleted_at is null limit 1000
  `.execute(database.sql);
  return rows;
};

/** Of these, those that are no more. */
export const goneAmong = async (database: Database, files: readonly string[]): Promise<string[]> => {
  if (files.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select a.id from unnest(${files}::uuid[]) a (id)
    where not exists (select from files f where f.id = a.id and f.deleted_at is null)
  `.execute(database.sql);
  return rows.map(({ id }) => id);
};

/** How far a file was, in the middle of a stage, is nobody's question a day after its end. Answers how many events went. */
export const thinEvents = async (database: Database): Promise<number> => {
  const { numAffectedRows = 0n } = await sql`
    delete from orchestration_logs where id in (
      select l.id from files f, lateral (
        select id, event_type, details ->> 'stage' as stage, lag(details ->> 'stage') over w as before,
          lag(event_type) over w as type_before
        from orchestration_logs where stream_id = f.id and seq is not null window w as (order by seq)
      ) l
      where f.status in ('ready', 'failed') and f.updated_at between now() - interval '3 days' and now() - interval '1 day'
        and l.event_type in ('processing_progress', 'upload_progress') and l.type_before = l.event_type
        and l.stage is not distinct from l.before
      limit 500
    )
  `.execute(database.sql);
  return Number(numAffectedRows);
};
