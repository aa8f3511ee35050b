/** Rows of services outside: what is set of them, sealed secrets, and how often they were called. */
import { type Selectable, sql } from "kysely";
import { type Database, json } from "./database.ts";
import type { ExternalIntegrationsTable } from "./tables-people.ts";
import { jsonText } from "./text-format.ts";

export type StoredIntegration = Selectable<ExternalIntegrationsTable>;

export const listIntegrations = (database: Database): Promise<StoredIntegration[]> =>
  database.sql.selectFrom("external_integrations").selectAll().orderBy("name").execute();

export const integrationNamed = (database: Database, name: string): Promise<StoredIntegration | undefined> =>
  database.sql.selectFrom("external_integrations").selectAll().where("name", "=", name).executeTakeFirst();

export type IntegrationChange = {
  base_url: string | null;
  /** Sealed; null: there is none. */
  secret: Uint8Array | null;
  is_active: boolean;
};

/** `revision`: of the row that the change rests on; null: there was none. False: somebody else has changed it since. */
export const writeIntegration = async (
  database: Database,
  name: string,
  revision: number | null,
  { base_url, secret, is_active }: IntegrationChange,
): Promise<boolean> => {
  const row = { settings: json<Record<string, unknown>>({ base_url }), secret, is_active };
  if (revision === null) {
    const { numInsertedOrUpdatedRows } = await database.sql
      .insertInto("external_integrations")
      .values({ name, ...row, revision: 1 })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .executeTakeFirstOrThrow();
    return Number(numInsertedOrUpdatedRows ?? 0) === 1;
  }
  const { numUpdatedRows } = await database.sql
    .updateTable("external_integrations")
    .set({ ...row, revision: revision + 1, last_error: null, last_error_at: null })
    .where("name", "=", name)
    .where("revision", "=", revision)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows) === 1;
};

/** What was set goes; with `keepCount` how often it was called stays, and the revision never goes back: others see that it changed. */
export const clearIntegration = async (database: Database, name: string, keepCount: boolean): Promise<void> => {
  if (!keepCount) {
    await database.sql.deleteFrom("external_integrations").where("name", "=", name).execute();
    return;
  }
  await database.sql
    .updateTable("external_integrations")
    .set({
      ...{ settings: json<Record<string, unknown>>({}), secret: null, is_active: true },
      ...{ revision: sql<number>`revision + 1`, last_error: null, last_error_at: null },
    })
    .where("name", "=", name)
    .execute();
};

/** Since the last time; `last_error` null: none failed. */
export type Contacts = {
  name: string;
  calls: number;
  last_contact_at: string | null;
  last_error: string | null;
  last_error_at: string | null;
};

/** What was called so often, in one statement. */
export const countContacts = async (database: Database, contacts: readonly Contacts[]): Promise<void> => {
  await sql`
    insert into external_integrations as e (name, calls, last_contact_at, last_error, last_error_at)
    select c.name, c.calls, c.last_contact_at, c.last_error, c.last_error_at
    from jsonb_to_recordset(${jsonText(contacts)}::jsonb)
      as c(name text, calls bigint, last_contact_at timestamptz, last_error text, last_error_at timestamptz)
    order by c.name
    on conflict (name) do update set
      calls = e.calls + excluded.calls,
      last_contact_at = greatest(e.last_contact_at, excluded.last_contact_at),
      last_error = case when excluded.last_error is null then e.last_error else excluded.last_error end,
      last_error_at = greatest(e.last_error_at, excluded.last_error_at)
  `.execute(database.sql);
};
