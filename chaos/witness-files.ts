/** What is there of the files that were sent, in the database and on the disk, once the last server has left. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { pino } from "pino";
import { tidyFiles } from "../server/src/app/file-upkeep.ts";
import { openBlobs } from "../server/src/store/blobs/index.ts";
import { type Database, sql } from "../server/src/store/database.ts";
import { markOf, type Sent } from "./senders.ts";
import type { Findings } from "./witness.ts";

/** Later than anything young is spared. */
const LATER_MS = 2 * 24 * 60 * 60_000;

export async function witnessFiles(database: Database, dir: string, sent: readonly Sent[]): Promise<Findings> {
  const blobs = await openBlobs({ dir, s3: null }, pino({ level: "silent" }));
  // As if the deletions that a death has cut were a while ago.
  await sql`update files set deleted_at = deleted_at - interval '1 day' where deleted_at is not null`.execute(
    database.sql,
  );
  await tidyFiles({ database, blobs, dir }, new AbortController().signal, Date.now() + LATER_MS);
  const findings = { lost: [], unread: [], twice: [], gaps: [], left_over: [], waiting: [] } as Findings;
  const find = (what: string, { mark, id }: Sent, how: string) => findings[what]?.push(`${mark} ${id}: ${how}`);
  const onDisk = readdirSync(dir, { recursive: true }).map(String);
  for (const file of sent) {
    const { id, sha256 } = file;
    if (id === null) continue;
    const rows = await rowsOf(database, id);
    if (file.isDeleted) {
      if (rows.all > 0) find("left_over", file, `${rows.all} rows`);
      if (onDisk.some((name) => name.includes(id))) find("left_over", file, "bytes");
      continue;
    }
    const { rows: same } = await sql<{ id: string }>`select id from files where sha256 = ${sha256}`.execute(
      database.sql,
    );
    if (same.length > 1) find("twice", file, `${same.length} rows`);
    if (!file.isTaken) continue;
    if (same.length === 0 || (await hashOf(blobs, id)) !== sha256) find("lost", file, "its bytes");
    if (!file.isOver) continue;
    const wrong = await wrongIn(database, file);
    if (wrong !== null) find("unread", file, wrong);
    if (rows.events !== rows.last_seq || rows.highest !== rows.last_seq)
      find("gaps", file, `${rows.events} events up to ${rows.highest}, told ${rows.last_seq}`);
    if (rows.waiting > 0) find("waiting", file, "jobs");
  }
  const living = new Set(sent.map(({ id }) => id));
  findings["left_over"]?.push(...onDisk.filter((name) => isStray(name, living)));
  return findings;
}

/** Bytes of nobody, and what readers and transports leave. An unfinished upload stays until it expires. */
const isStray = (name: string, known: ReadonlySet<string | null>): boolean => {
  const [id] = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(name) ?? [];
  if (/^(readers[/\\](shown|reading)|work)[/\\]/.test(name)) return true;
  return id !== undefined && name.startsWith("kept") && !known.has(id);
};

async function rowsOf(database: Database, id: string) {
  const { rows } = await sql<Record<"all" | "events" | "highest" | "last_seq" | "waiting", number>>`
    select (select count(*) from files where id = ${id}) + (select count(*) from vector_chunks where file_id = ${id})
      + (select count(*) from chunk_embeddings where file_id = ${id}) + (select count(*) from uploads where id = ${id})
      + (select count(*) from processing_jobs where file_id = ${id}) + count(*) as "all",
      count(*) as events, coalesce(max(seq), 0) as highest,
      (select last_seq from files where id = ${id}) as last_seq,
      (select count(*) from processing_jobs where file_id = ${id} and status in ('queued', 'running')) as waiting
    from orchestration_logs where stream_id = ${id}`.execute(database.sql);
  return rows[0] ?? { all: 0, events: 0, highest: 0, last_seq: 0, waiting: 0 };
}

/** Null: all of it can be searched, once. */
async function wrongIn(database: Database, { id, mark, bytes }: Sent): Promise<string | null> {
  const { rows: chunks } = await sql<{ text: string; version: number; position: number; vectors: number }>`
    select c.text, c.version, c.position, (select count(*) from chunk_embeddings e where e.chunk_id = c.id) as vectors
    from vector_chunks c where c.file_id = ${id} order by c.version, c.position`.execute(database.sql);
  const { rows } = await sql<{ chunk_version: number; chunk_count: number; status: string }>`
    select chunk_version, chunk_count, status from files where id = ${id}`.execute(database.sql);
  const [file] = rows;
  if (file?.status !== "ready") return `it is ${file?.status}`;
  if (chunks.some(({ version }) => version !== file.chunk_version)) return "chunks of another version";
  if (chunks.length !== file.chunk_count) return `${chunks.length} of ${file.chunk_count} chunks`;
  if (chunks.some(({ position }, at) => position !== at)) return "chunks are missing";
  if (chunks.some(({ vectors }) => vectors !== 1)) return "a chunk has not one vector";
  const text = chunks.map((chunk) => chunk.text).join("\n");
  const paragraphs = bytes.toString().split("\n\n").length;
  for (let n = 0; n < paragraphs; n++) if (!text.includes(markOf(mark, n))) return `paragraph ${n} is missing`;
  return null;
}

async function hashOf(blobs: Awaited<ReturnType<typeof openBlobs>>, id: string): Promise<string | null> {
  const hash = createHash("sha256");
  const bytes = await blobs.read(path.posix.join("files", id)).catch(() => null);
  if (bytes === null) return null;
  for await (const piece of bytes) hash.update(piece as Buffer);
  return hash.digest("hex");
}
