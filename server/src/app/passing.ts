/** Whether a fault of the database is one that time mends. */
import { SqlError } from "../store/database.ts";

/** Of the network, as Node names them: the server is not up yet, or the way to it is not. */
const network = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  // a socket of the file system that is not there yet
  "ENOENT",
]);

/**
 * Of PostgreSQL: a connection that broke (08), no place for one (53), a server that starts, stops or was told to (57P).
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const states = /^(08...|53300|57P0[123])$/;

/** Of pg, which gives these no code. */
const withoutCode = /timeout expired|connection terminated|timeout exceeded when trying to connect/i;

/**
 * True for a database that cannot be reached. False for all that somebody has to mend: a folder in use or broken, a wrong
 * password, a database that does not exist, a schema of another version.
 */
export function canPass(error: unknown): boolean {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth++) {
    if (one instanceof AggregateError && one.errors.some(canPass)) return true;
    const code = one instanceof SqlError ? one.sqlState : "code" in one ? String(one.code) : "";
    if (withoutCode.test(one.message)) return true;
    if ((network.has(code) && isOfNetwork(one)) || states.test(code)) return true;
  }
  return false;
}

/** A file that is missing is ENOENT as well. */
const isOfNetwork = (error: Error): boolean =>
  !("code" in error && error.code === "ENOENT") || ("syscall" in error && error.syscall === "connect");
