/** What the rest of the server knows of a database: one PostgreSQL, embedded or a server. */
import type { Kysely, RawBuilder } from "kysely";
import { sql } from "kysely";
import type { Tables } from "./tables.ts";
import { jsonText } from "./text-format.ts";

export type Database = {
  /** In the data folder, alone and in order; or a server, shared, with several statements at once. */
  engine: "embedded" | "server";
  /** Typed SQL. One statement is one message and one transaction; interactive transactions are refused. */
  sql: Kysely<Tables>;
  /** One function of the journal: `select fn($1::jsonb)`, one message, one transaction. Throws `SqlError`. */
  call<T>(fn: string, argument: unknown): Promise<T>;
  /** Several statements in one message and one transaction, without parameters: migrations, upkeep. */
  exec(statements: string): Promise<void>;
  /** Milliseconds since the last statement was answered; 0 while one is under way. */
  idleMs(): number;
  close(): Promise<void>;
};

/** The insert type of a JSON column: only `json(...)` makes one, so a bare string never becomes JSON by accident. */
export type JsonOf<T> = { readonly jsonOf: T };

/** A value for a JSON column. */
export const json = <T>(value: T): RawBuilder<JsonOf<T>> => sql<JsonOf<T>>`${jsonText(value)}::jsonb`;

/**
 * The database refused a statement: a constraint, a wrong type, a raise in a function.
 * `sqlState` is PostgreSQL's five letters. Row values are left out: they may hold a prompt.
 */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly sqlState: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;

  constructor(fault: SqlFault) {
    super(fault.message);
    this.sqlState = fault.sqlState;
    this.constraint = fault.constraint;
    this.table = fault.table;
  }
}

export type SqlFault = {
  message: string;
  sqlState: string;
  constraint?: string | undefined;
  table?: string | undefined;
};
