/** Uploads as the database has them: `migrations/041_uploads.sql`. */
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { jsonText } from "./text-format.ts";

/** From `start` to before `end`. */
export type Range = { start: number; end: number };

export type Upload = {
  id: string;
  /** Once complete, of the file that has the bytes. */
  file_id: string;
  owner_id: string;
  size: number;
  chunk_size: number;
  /** In order; none touches another. */
  received: Range[];
  received_bytes: number;
  expected_sha256: string | null;
  metadata: Record<string, string | null>;
  name: string;
  expires_at: string;
  completed_at: string | null;
};

type NewUpload = {
  id: string;
  owner_id: string;
  name: string;
  size: number;
  mime: string | null;
  sha256: string | null;
  chunk_size: number;
  metadata?: Record<string, string | null>;
  /** Bytes of all files of the owner; null: any. */
  quota: number | null;
  /** Until it expires. */
  hours: number;
  /** Bytes that are there already end it. */
  known: boolean;
};

type Begun = { code: "begun" } | { code: "known"; file_id: string } | { code: "quota"; used: number };
type Received = { code: "received"; last_seq: number | null } | { code: "gone" };
export type Completed =
  | { code: "queued"; file_id: string; last_seq: number }
  | { code: "duplicate" | "completed"; file_id: string }
  | { code: "keep" | "gone" };

export type UploadRows = ReturnType<typeof uploadRows>;

export const uploadRows = (database: Database) => ({
  ...changes(database),
  ...looks(database),
  ...leftovers(database),
});

const changes = (database: Database) => {
  const call = async <Answer>(fn: string, argument: object): Promise<Answer> => {
    const { rows } = await sql<{ answer: Answer }>`
      select ${sql.id(fn)}(${jsonText(argument)}::jsonb) as answer`.execute(database.sql);
    const [row] = rows;
    if (!row) throw new Error(`${fn} answered nothing`);
    return row.answer;
  };
  return {
    begin: (upload: NewUpload) => call<Begun>("begin_upload", upload),
    receive: (id: string, range: Range, hours: number) => call<Received>("receive_bytes", { id, ...range, hours }),
    complete: (id: string, sha256: string, blobKey: string | null) =>
      call<Completed>("complete_upload", { id, sha256, blob_key: blobKey }),
    /** `ownerId` null: whoever it is. */
    drop: (id: string, ownerId: string | null) =>
      call<{ code: "dropped" | "complete" | "gone" }>("drop_upload", { id, owner_id: ownerId }),

    async forgetReceived(id: string): Promise<void> {
      await sql`select forget_received(${id}::uuid)`.execute(database.sql);
    },
  };
};

const looks = (database: Database) => ({
  async find(id: string): Promise<Upload | undefined> {
    const row = await database.sql
      .selectFrom("uploads as u")
      .innerJoin("files as f", "f.id", "u.file_id")
      .select(["u.id", "f.id as file_id", "u.owner_id", "u.size", "u.chunk_size", "u.received", "u.received_bytes"])
      .select(["u.expected_sha256", "u.metadata", "f.name", "u.expires_at", "u.completed_at"])
      .where("u.id", "=", id)
      .executeTakeFirst();
    return (
      row && {
        ...row,
        received: rangesIn(row.received),
        metadata: row.metadata as Upload["metadata"],
      }
    );
  },

  /** One that is not finished and was begun for the same file: its id. */
  async begun({ owner_id, name, size, sha256 }: Pick<NewUpload, "owner_id" | "name" | "size" | "sha256">) {
    const row = await database.sql
      .selectFrom("uploads as u")
      .innerJoin("files as f", "f.id", "u.id")
      .select("u.id")
      .where("u.owner_id", "=", owner_id)
      .where("u.expected_sha256", "=", sha256)
      .where("u.size", "=", size)
      .where("f.name", "=", name)
      .where("u.completed_at", "is", null)
      .orderBy("u.received_bytes", "desc")
      .executeTakeFirst();
    return row?.id;
  },

  /** A file whose upload is so long ago that its row is gone. */
  findFile: (id: string) =>
    database.sql
      .selectFrom("files")
      .select(["id", "owner_id", "size", "status"])
      .where("id", "=", id)
      .where("deleted_at", "is", null)
      .executeTakeFirst(),

  /** Bytes of all files of an owner, also of those still coming. */
  async used(ownerId: string): Promise<number> {
    const row = await database.sql
      .selectFrom("files")
      .select(sql<number>`coalesce(sum(size), 0)::bigint`.as("bytes"))
      .where("owner_id", "=", ownerId)
      .executeTakeFirst();
    return row?.bytes ?? 0;
  },
});

const leftovers = (database: Database) => ({
  /** The ends of complete ones' rows are nobody's loss; the others' files never came to be. */
  async expired(): Promise<{ id: string; owner_id: string }[]> {
    await sql`delete from uploads where completed_at is not null and expires_at < now()`.execute(database.sql);
    return database.sql
      .selectFrom("uploads")
      .select(["id", "owner_id"])
      .where("completed_at", "is", null)
      .where("expires_at", "<", sql<string>`now()`)
      .execute();
  },

  /** All bytes have come, and whoever was to complete them has ended before. */
  async whole(): Promise<string[]> {
    const rows = await database.sql
      .selectFrom("uploads")
      .select("id")
      .where("completed_at", "is", null)
      .whereRef("received_bytes", "=", "size")
      .execute();
    return rows.map(({ id }) => id);
  },

  /** Of these ids, those that are uploads. */
  async among(ids: readonly string[]): Promise<Set<string>> {
    const rows = await database.sql
      .selectFrom("uploads")
      .select("id")
      .where("id", "=", sql<string>`any(${ids}::uuid[])`)
      .execute();
    return new Set(rows.map(({ id }) => id));
  },
});

/** `{[0,8),[16,24)}` */
const rangesIn = (multirange: string): Range[] =>
  [...multirange.matchAll(/\[(\d+),(\d+)\)/g)].map(([, start, end]) => ({ start: Number(start), end: Number(end) }));
