/** The versions of the algorithm's settings. */
import type { AlgorithmSettings, AlgorithmVersion, VersionedSettings } from "@orchestratex/sdk/contract";
import { type Selectable, type SqlBool, sql } from "kysely";
import { AppError } from "../errors.ts";
import { type Database, json } from "./database.ts";
import type { Page, PageOf } from "./pages.ts";
import type { AlgorithmVersionsTable } from "./tables-models.ts";

type Version = Selectable<AlgorithmVersionsTable>;

/** The settings that come with the server, once. Where its rules are new, they hold from then on. */
export const keepShipped = async (database: Database, version: string, settings: AlgorithmSettings): Promise<void> => {
  await sql`
    insert into algorithm_versions (number, version, settings)
    select coalesce(max(number), 0) + 1, ${version}::text, ${json(settings)} from algorithm_versions
    having not coalesce(bool_or(version = ${version}::text), false)
    on conflict do nothing
  `.execute(database.sql);
};

/** The version that holds. */
export const newestVersion = (database: Database): Promise<Version> =>
  database.sql
    .selectFrom("algorithm_versions")
    .selectAll()
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirstOrThrow(() => new AppError("internal", "there are no settings of the algorithm"));

export const versionNamed = (database: Database, version: string): Promise<Version | undefined> =>
  database.sql.selectFrom("algorithm_versions").selectAll().where("version", "=", version).executeTakeFirst();

export type NewVersion = Pick<Version, "number" | "settings" | "changed_by" | "comment" | "restored_from"> & {
  rules: string;
};

/** The next version of these rules; undefined when somebody else made the version of this number first. */
export const addVersion = async (
  database: Database,
  { number, rules, settings, changed_by, comment, restored_from }: NewVersion,
): Promise<Version | undefined> => {
  const version = sql<string>`(select ${`${rules}.`}::text || (count(*) + 1) from algorithm_versions
    where starts_with(version, ${`${rules}.`}::text))`;
  return database.sql
    .insertInto("algorithm_versions")
    .values({ ...{ number, version, changed_by, comment, restored_from }, settings: json(settings) })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
};

/** Newest first. The cursor is the number of the last item. */
export const listVersions = async (database: Database, { limit, cursor }: Page): Promise<PageOf<AlgorithmVersion>> => {
  if (cursor !== undefined && !/^\d{1,9}$/.test(cursor))
    throw new AppError("request.invalid", "The cursor is not one of ours: take next_cursor of the page before", {
      errors: [{ path: "cursor", problem: "must be the next_cursor of a page" }],
    });
  const rows = await database.sql
    .selectFrom("algorithm_versions")
    .select(["number", "version", "changed_by", "comment", "restored_from", "created_at"])
    .where(cursor === undefined ? sql<SqlBool>`true` : sql<SqlBool>`number < ${Number(cursor)}`)
    .orderBy("number", "desc")
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  return { items: page.map(shown), next_cursor: rows.length > limit ? String(page.at(-1)?.number) : null };
};

export const versionedSettings = (row: Version): VersionedSettings => ({ ...shown(row), ...row.settings });

const shown = (row: Omit<Version, "settings">): AlgorithmVersion => ({
  algorithm_version: row.version,
  changed_by: row.changed_by,
  comment: row.comment,
  restored_from: row.restored_from,
  created_at: row.created_at,
});
