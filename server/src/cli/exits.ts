/** How a command ends: what went wrong in words, and the exit code. */
import { ApiError, UnreachableError } from "@orchestratex/sdk";
import { CommanderError } from "commander";
import { safeLine } from "./safe-text.ts";

export const exits = {
  answer: 0,
  ourFault: 1,
  usage: 2,
  noServer: 3,
  noAnswer: 4,
  interrupted: 130,
} as const;

/** What was asked for on the command line cannot be done. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What the user was told already: only the exit code is left. */
export class Told extends Error {
  override readonly name = "Told";
  readonly exitCode: number;

  constructor(exitCode: number) {
    super("told");
    this.exitCode = exitCode;
  }
}

export function exitOf(error: unknown): { exitCode: number; message: string | null } {
  if (error instanceof Told) return { exitCode: error.exitCode, message: null };
  // commander has written its own message
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? exits.answer : exits.usage, message: null };
  if (error instanceof UsageError) return { exitCode: exits.usage, message: error.message };
  if (error instanceof UnreachableError) return { exitCode: exits.noServer, message: noServer(error) };
  if (error instanceof ApiError) {
    const exitCode = error.status >= 400 && error.status < 500 ? exits.usage : exits.ourFault;
    return { exitCode, message: refusal(error) };
  }
  return { exitCode: exits.ourFault, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

const noServer = (error: UnreachableError): string =>
  `No server answers at ${error.baseUrl}${reasonOf(error)}: start it with npm start, or name another with --url or ORCHESTRATEX_URL.`;

/** The innermost cause, such as ECONNREFUSED, ENOTFOUND or a certificate's fault. */
function reasonOf(error: Error): string {
  let inner: unknown = error.cause;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  if (!(inner instanceof Error)) return "";
  return ` (${safeLine("code" in inner && typeof inner.code === "string" ? inner.code : inner.message)})`;
}

const refusal = ({ detail, code, problem }: ApiError): string => {
  const fields = (problem?.errors ?? []).map(({ path, problem }) => `\n  ${safeLine(path)}: ${safeLine(problem)}`);
  return `${safeLine(detail)} (${safeLine(code)})${fields.join("")}`;
};
