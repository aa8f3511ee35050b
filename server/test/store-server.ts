/** Databases for tests on the server of `TEST_DATABASE_URL`: copies of one migrated template, a day's leftovers removed. */
import { createHash, randomBytes } from "node:crypto";
import type { Client } from "pg";
import { readDatabaseUrl } from "../src/store/database-url.ts";
import { readMigrations } from "../src/store/migrate.ts";
import { openStore } from "../src/store/open.ts";
import { connect } from "../src/store/postgres-client.ts";

export const testServer: string | undefined = process.env["TEST_DATABASE_URL"] || undefined;

const DAY_MS = 24 * 60 * 60 * 1000;
const PREFIX = "orchestratex_test_";

const template = (): string => {
  const hash = createHash("sha256");
  for (const { sha256 } of readMigrations()) hash.update(sha256);
  return `${PREFIX}template_${hash.digest("hex").slice(0, 16)}`;
};

/** `orchestratex_test_<hours since 1970>_<chance>`: nothing else tells how old a database is. */
const newName = () => `${PREFIX}${Math.floor(Date.now() / 3_600_000)}_${randomBytes(6).toString("hex")}`;

/** The url of a new database that has the schema. */
export const freshDatabase = (server: string): Promise<string> =>
  asAdmin(server, async (client) => {
    const name = newName();
    await client.query(`create database ${name} template ${template()}`);
    return named(server, name);
  });

export const dropDatabase = (server: string, url: string): Promise<void> =>
  asAdmin(server, async (client) => {
    await client.query(`drop database if exists ${readDatabaseUrl(url).database} with (force)`);
  });

/** Once per run: the template, unless an earlier run of this schema has left it there, and nothing that is a day old. */
export const prepareServer = async (server: string): Promise<void> => {
  const exists = await asAdmin(server, async (client) => {
    await dropLeftovers(client);
    const { rows } = await client.query("select from pg_database where datname = $1", [template()]);
    return rows.length > 0;
  });
  if (exists) return;
  const draft = newName();
  await asAdmin(server, (client) => client.query(`create database ${draft} encoding 'UTF8' template template0`));
  await (await openStore({ url: named(server, draft), poolSize: 1, poolMax: 1 })).close();
  await asAdmin(server, async (client) => {
    // A pooler keeps its connections, and a database that someone is connected to is neither renamed nor copied.
    await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [draft]);
    await client.query(`alter database ${draft} rename to ${template()}`).catch(async (error: unknown) => {
      await client.query(`drop database ${draft} with (force)`);
      // Another run was faster.
      if (!(error instanceof Error && "code" in error && error.code === "42P04")) throw error;
    });
  });
};

const dropLeftovers = async (client: Client) => {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where datname ~ '^${PREFIX}[0-9]+_[0-9a-f]+$'`,
  );
  for (const { name } of rows)
    if (Number(name.slice(PREFIX.length).split("_")[0]) * 3_600_000 < Date.now() - DAY_MS)
      await client.query(`drop database if exists ${name} with (force)`);
};

const named = (server: string, database: string): string => server.replace(/^([^?]*\/)[^/?]*/, `$1${database}`);

const asAdmin = async <T>(server: string, act: (client: Client) => Promise<T>): Promise<T> => {
  const { client } = await connect(readDatabaseUrl(server));
  try {
    return await act(client);
  } finally {
    await client.end();
  }
};
