/** What the rest of the server knows of a database: one PostgreSQL, embedded or a server. */
import type { Kysely, RawBuilder } from "kysely";
import { sql } from "kysely";
import type { Tables } from "./tables.ts";
import { jsonText } from "./text-format.ts";

/** For who is no part of the server: its dependencies are not theirs. */
export { sql };

export type Database = {
  /** `embedded`: in the data folder, this process alone; `server`: a PostgreSQL that other processes may share. */
  engine: "embedded" | "server";
  /** Typed SQL. One statement is one message and one transaction; interactive transactions are refused. */
  sql: Kysely<Tables>;
  /**
   * One function of the journal: `select fn($1::jsonb)`, durable when it answers. Throws `SqlError`.
   * A transaction of its own, or one for several calls that came together, none of which sees another fail.
   */
  call<T>(fn: string, argument: unknown): Promise<T>;
  /**
   * One item of a list for a function of the journal that takes lists by name, `fn({begin: [...], end: [...]})`, and answers them
   * in the same form: what is asked while such a statement is under way goes with the next. Durable when it answers. Throws `SqlError`.
   */
  item<T>(fn: string, list: string, item: unknown): Promise<T>;
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
