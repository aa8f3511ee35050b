/** Kysely over any way to send one statement. */
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from "kysely";
import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import type { Tables } from "./tables.ts";
import { jsonText, parserOf } from "./text-format.ts";

/** Rows as objects, and how many rows the statement changed. */
export type Answer = { rows: Record<string, unknown>[]; changed: number };

export type Send = (sql: string, parameters: readonly unknown[]) => Promise<Answer>;

/** Rows as PostgreSQL writes them. */
export type TextAnswer = { names: string[]; types: number[]; rows: (string | null)[][]; changed: number };

export const answerOf = ({ names, types, rows, changed }: TextAnswer): Answer => {
  const parsers = types.map(parserOf);
  const objects = rows.map((values) => {
    const row: Record<string, unknown> = {};
    names.forEach((name, index) => {
      const value = values[index];
      row[name] = value == null ? null : parsers[index]?.(value);
    });
    return row;
  });
  return { rows: objects, changed };
};

export const callOver =
  (send: Send) =>
  async <T>(fn: string, argument: unknown): Promise<T> => {
    if (!/^[a-z_][a-z0-9_]*$/.test(fn)) throw new TypeError(`${fn} is no function name`);
    const { rows } = await send(`select ${fn}($1::jsonb) as result`, [jsonText(argument)]);
    return rows[0]?.["result"] as T;
  };

export const typedSql = (send: Send): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driverOver(send),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });

const noTransactions = () =>
  Promise.reject(
    new Error("Interactive transactions are refused: send one statement, or call one function of the journal."),
  );

const nothing = async () => {};

const driverOver = (send: Send): Driver => {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { rows, changed } = await send(query.sql, query.parameters);
      return { rows: rows as Row[], numAffectedRows: BigInt(changed) };
    },
    streamQuery() {
      throw new Error("Streaming is refused: read in pages.");
    },
  };
  return {
    init: nothing,
    acquireConnection: async () => connection,
    releaseConnection: nothing,
    beginTransaction: noTransactions,
    commitTransaction: noTransactions,
    rollbackTransaction: noTransactions,
    destroy: nothing,
  };
};
