/** What a refused statement may say of itself. */
import type { SqlFault } from "./database.ts";

/** An error as PostgreSQL reports it. */
export type Reported = {
  message: string;
  code?: string | undefined;
  constraint?: string | undefined;
  table?: string | undefined;
};

/** Errors of class 22 quote the value: `invalid input syntax for type uuid: "..."`, and each language with its own marks. */
const QUOTED = /\s*:?\s*["«»“”„‚‘「『].*["«»“”‘’」』]/su;

/** Without row values: they may hold a prompt. PostgreSQL's `detail` and `where` always do, so they are never read. */
export const faultOf = ({ message, code, constraint, table }: Reported): SqlFault => ({
  message: code?.startsWith("22") ? message.replace(QUOTED, "") : message,
  sqlState: code ?? "XX000",
  constraint,
  table,
});

export const leftOpenFault: SqlFault = {
  message: "a transaction was left open and was rolled back: one message is one transaction",
  sqlState: "25000",
};
