/** A PostgreSQL server behind the contract of `database.ts`, through a pool of connections. */
import { Pool, type PoolClient, type QueryArrayResult } from "pg";
import { AppError } from "../errors.ts";
import { type Database, SqlError } from "./database.ts";
import { placeOf, readDatabaseUrl, type ServerAddress } from "./database-url.ts";
import { type Answer, answerOf, callOver, typedSql } from "./dialect.ts";
import { faultOf, leftOpenFault } from "./faults.ts";
import { gathered } from "./group.ts";
import { clientClass, connect, isLost, lost } from "./postgres-client.ts";
import { refuseUnfit } from "./postgres-fit.ts";
import { textOf } from "./text-format.ts";

/**
 * Connections are made when they are needed. Up to `poolSize` then stay open; those above it, at most `poolMax` in all,
 * are closed once they were idle for 10 s.
 */
export type PostgresOptions = { url: string; poolSize?: number; poolMax?: number };

/** How long a statement waits for a connection while all are busy. */
const BUSY_MS = 30_000;
const IDLE_MS = 10_000;

/**
 * Opens a pool, after one connection has found the server fit for us.
 *
 * Nothing is kept in a session (no prepared statements, no SET, no LISTEN), so PgBouncer may stand before it in transaction
 * mode. Errors: `config.invalid` for a wrong url; `store.failed` when the server cannot be reached, refuses us, or is unfit.
 */
export const openPostgres = async ({ url, poolSize = 20, poolMax = 30 }: PostgresOptions): Promise<Database> => {
  const server = readDatabaseUrl(url);
  const { client, encrypted } = await connect(server);
  try {
    await refuseUnfit(client, server);
  } catch (error) {
    throw error instanceof AppError ? error : lost(server, error);
  } finally {
    await client.end();
  }
  const pool = new Pool({
    Client: clientClass(server, encrypted),
    ...{ max: poolMax, min: poolSize, idleTimeoutMillis: IDLE_MS, connectionTimeoutMillis: BUSY_MS },
  });
  // A connection that breaks while it is idle: the pool has let go of it, and the next statement makes another.
  pool.on("error", () => {});
  return databaseOver(pool, server);
};

type Statement = { text: string; values?: (string | null)[] };

const databaseOver = (pool: Pool, server: ServerAddress): Database => {
  const underWay = new Set<Promise<unknown>>();
  let lastAnswerAt = performance.now();
  let closing: Promise<void> | undefined;
  const ask = async (statement: Statement): Promise<Result[]> => {
    if (closing) throw new AppError("store.failed", `The PostgreSQL server ${placeOf(server)}: the store is closed`);
    const asked = exchange(pool, server, statement);
    underWay.add(asked);
    try {
      return await asked;
    } finally {
      underWay.delete(asked);
      lastAnswerAt = performance.now();
    }
  };
  const send = async (text: string, parameters: readonly unknown[]): Promise<Answer> => {
    const [result] = await ask({ text, values: parameters.map(textOf) });
    if (!result) return { rows: [], changed: 0 };
    const types = result.fields.map(({ dataTypeID }) => dataTypeID);
    const names = result.fields.map(({ name }) => name);
    return answerOf({ names, types, rows: result.rows, changed: result.rowCount ?? 0 });
  };
  const close = async () => {
    // A pool that ends never serves those who wait for a connection.
    await Promise.allSettled(underWay);
    await pool.end();
  };
  return {
    engine: "server",
    sql: typedSql(again(send)),
    call: callOver(again(send)),
    item: gathered(callOver(again(send))),
    async exec(text) {
      await ask({ text });
    },
    idleMs: () => (underWay.size > 0 ? 0 : performance.now() - lastAnswerAt),
    close: () => (closing ??= close()),
  };
};

/** Of two transactions that wait for each other PostgreSQL undoes one: it may simply be asked again. */
const undone = new Set(["40P01", "40001"]);
const MOST_TRIES = 3;

const again =
  <Arguments extends unknown[], Result>(
    ask: (...given: Arguments) => Promise<Result>,
  ): ((...given: Arguments) => Promise<Result>) =>
  async (...given) => {
    for (let tries = 1; ; tries++) {
      try {
        return await ask(...given);
      } catch (error) {
        if (!(error instanceof SqlError) || !undone.has(error.sqlState) || tries === MOST_TRIES) throw error;
      }
    }
  };

type Result = QueryArrayResult<(string | null)[]>;

/** One message over a connection of its own. A refused statement leaves the connection as it was; a lost one is thrown away. */
const exchange = async (pool: Pool, server: ServerAddress, statement: Statement): Promise<Result[]> => {
  const client = await pool.connect().catch((error: unknown) => {
    throw lost(server, error);
  });
  const rest = restOf(client);
  try {
    const answer = await outcomeOf(client, statement, rest.came);
    client.release();
    if ("fault" in answer) throw new SqlError(answer.fault);
    return answer.results;
  } catch (error) {
    if (error instanceof SqlError) throw error;
    client.release(true);
    throw lost(server, error);
  } finally {
    rest.forget();
  }
};

type Outcome = { results: Result[] } | { fault: ReturnType<typeof faultOf> };

/** Throws when the connection is lost. */
const outcomeOf = async (client: PoolClient, statement: Statement, rest: () => Promise<void>): Promise<Outcome> => {
  const outcome = await client
    .query<(string | null)[]>(queryOf(statement) as { text: string; rowMode: "array" })
    .then((answer): Outcome => ({ results: [answer].flat() }))
    .catch(async (error: unknown): Promise<Outcome> => {
      if (isLost(error)) throw error;
      await rest();
      return { fault: faultOf(error as Error) };
    });
  if (client.getTransactionStatus() === "I") return outcome;
  await client.query("rollback");
  return "fault" in outcome ? outcome : { fault: leftOpenFault };
};

const asText = { getTypeParser: () => (text: string) => text };

/** With values (or none of them) the extended protocol: one statement. Without, the simple one: several. Always as text. */
const queryOf = ({ text, values }: Statement) => ({
  ...{ text, rowMode: "array", types: asText },
  ...(values && { values, queryMode: "extended" }),
});

/** pg tells an error before the server is ready again: only `drain` says that, or `end` that it never will be. */
const restOf = (client: PoolClient) => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  const quiet = () => resolve();
  const gone = () => reject(new Error("the server closed the connection"));
  const nothing = () => {};
  client.on("drain", quiet).on("end", gone).on("error", nothing);
  return {
    came: () => promise,
    forget: () => void client.off("drain", quiet).off("end", gone).off("error", nothing),
  };
};
