/** A database of its own on a PostgreSQL server. */
import { readDatabaseUrl } from "../server/src/store/database-url.ts";
import { connect } from "../server/src/store/postgres-client.ts";

export type ServerDatabase = {
  url: string;
  /** One statement, as whoever made the database. */
  run(statement: string): Promise<number>;
  drop(): Promise<void>;
};

export async function newDatabase(server: string): Promise<ServerDatabase> {
  const name = `orchestratex_chaos_${process.pid}_${Date.now()}`;
  const run = async (url: string, statement: string): Promise<number> => {
    const { client } = await connect(readDatabaseUrl(url));
    try {
      return (await client.query(statement)).rowCount ?? 0;
    } finally {
      await client.end();
    }
  };
  await run(server, `create database ${name} encoding 'UTF8' template template0`);
  const url = server.replace(/^([^?]*\/)[^/?]*/, `$1${name}`);
  return {
    url,
    run: (statement) => run(url, statement),
    drop: () => run(server, `drop database if exists ${name} with (force)`).then(() => undefined),
  };
}
