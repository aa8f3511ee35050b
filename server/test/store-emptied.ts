/** A database back as it was when it was new, without opening another. */
import { sql } from "kysely";
import type { Database } from "../src/store/database.ts";

/** Answers a function that does it, and says whether it could: a test that changed the schema has used its database up. */
export async function emptying(database: Database): Promise<() => Promise<boolean>> {
  const { rows: tables } = await sql<{ name: string }>`
    select c.relname as name from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1
  `.execute(database.sql);
  const names = tables.map(({ name }) => `"${name}"`);
  const filled = await filledOf(database, names);
  await database.exec(filled.map((name) => `create temporary table ${kept(name)} as table public.${name}`).join("; "));
  const schema = await schemaOf(database);
  const again = filled.map((name) => `insert into public.${name} select * from pg_temp.${kept(name)}`);
  return async () => {
    try {
      if ((await schemaOf(database)) !== schema) return false;
      // Emptying by truncate would make some hundred files anew.
      const used = (await filledOf(database, names)).map((name) => `delete from public.${name}`);
      const replica = ["begin", "set local session_replication_role = replica", ...used, ...again, "commit"];
      await database.exec(replica.join("; "));
      return true;
    } catch {
      return false;
    }
  };
}

/** A new database has rows in few of its tables. */
const filledOf = async (database: Database, names: readonly string[]): Promise<string[]> => {
  const each = names.map((name) => `select '${name}' as name where exists (select from public.${name})`);
  const { rows } = await sql<{ name: string }>`${sql.raw(each.join(" union all "))}`.execute(database.sql);
  return rows.map(({ name }) => name);
};

const kept = (name: string): string => name.replace('"', '"kept_');

/** What tests are known to change: relations, functions and their text, triggers, constraints. */
const schemaOf = async (database: Database): Promise<string> => {
  const { rows } = await sql<{ schema: string }>`
    select concat_ws('.',
      (select md5(string_agg(relname || relnatts, ',' order by oid)) from pg_class where relnamespace::regnamespace::text !~ '^pg_'),
      (select md5(string_agg(prosrc, ',' order by oid)) from pg_proc where pronamespace = 'public'::regnamespace),
      (select md5(string_agg(tgname || tgenabled::text, ',' order by oid)) from pg_trigger),
      (select count(*) from pg_constraint)) as schema
  `.execute(database.sql);
  return rows[0]?.schema ?? "";
};
