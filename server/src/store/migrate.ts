/** Brings a database to the schema of this version: numbered SQL files, each applied once, each in its own transaction. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { AppError } from "../errors.ts";
import { type Database, SqlError } from "./database.ts";

export type Migration = { number: number; name: string; sql: string; sha256: string };

export const migrationsFolder = new URL("./migrations/", import.meta.url);

/** The migrations of a folder, in order. The hash ignores how a checkout ends its lines. */
export const readMigrations = (folder: URL = migrationsFolder): Migration[] =>
  fs
    .readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => {
      const match = /^(\d{3})_([a-z_]+)\.sql$/.exec(file);
      if (!match?.[1] || !match[2]) throw new AppError("store.failed", `${file} is no migration: name it 001_noun.sql`);
      const sql = fs.readFileSync(new URL(file, folder), "utf8").replaceAll("\r\n", "\n");
      return { number: Number(match[1]), name: match[2], sql, sha256: createHash("sha256").update(sql).digest("hex") };
    });

/** Applies what is missing and answers its numbers. Safe when several processes start over one server. */
export const migrate = async (database: Database, migrations: Migration[] = readMigrations()): Promise<number[]> => {
  await prepare(database);
  const applied = await appliedTo(database);
  refuseStrangers(applied, migrations);
  const done: number[] = [];
  for (const migration of migrations) {
    if (applied.has(migration.number)) continue;
    if (await apply(database, migration)) done.push(migration.number);
  }
  return done;
};

const prepare = async (database: Database) => {
  const statements = `
    select pg_advisory_xact_lock(${LOCK});
    create table if not exists schema_migrations (
      number int primary key,
      name text not null,
      sha256 text not null,
      applied_at timestamptz(3) not null default now()
    );
  `;
  try {
    await database.exec(statements);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const rights = error.sqlState === "42501" ? ". Make the user of DATABASE_URL the owner of the database." : "";
    throw new AppError("store.failed", `The schema cannot be made: ${error.message}${rights}`, { cause: error });
  }
};

/** Any number that nobody else locks with. */
const LOCK = 7_411_268;

type Applied = Map<number, { name: string; sha256: string }>;

const appliedTo = async (database: Database): Promise<Applied> => {
  const rows = await database.sql.selectFrom("schema_migrations").select(["number", "name", "sha256"]).execute();
  return new Map(rows.map(({ number, ...rest }) => [number, rest]));
};

const refuseStrangers = (applied: Applied, migrations: Migration[]) => {
  const known = new Map(migrations.map((migration) => [migration.number, migration]));
  for (const [number, { name, sha256 }] of applied) {
    const migration = known.get(number);
    if (!migration) {
      throw new AppError(
        "store.failed",
        `The database was migrated by a newer version (migration ${number}, ${name}). Start that version, or restore an older backup.`,
      );
    }
    if (migration.sha256 !== sha256) {
      throw new AppError(
        "store.failed",
        `Migration ${number} (${migration.name}) differs from the one this database was made with. Restore the file as it was, and put the change in a new migration.`,
      );
    }
  }
};

const ALREADY_APPLIED = "OX001";

/** False when another process was faster. */
const apply = async (database: Database, { number, name, sql, sha256 }: Migration): Promise<boolean> => {
  try {
    await database.exec(`
      select pg_advisory_xact_lock(${LOCK});
      do $$ begin
        if exists (select from schema_migrations where number = ${number}) then
          raise exception 'applied' using errcode = '${ALREADY_APPLIED}';
        end if;
      end $$;
      ${sql};
      insert into schema_migrations (number, name, sha256) values (${number}, '${name}', '${sha256}');
    `);
    return true;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (error.sqlState === ALREADY_APPLIED) return false;
    throw new AppError("store.failed", `Migration ${number} (${name}) failed: ${error.message}`, { cause: error });
  }
};
