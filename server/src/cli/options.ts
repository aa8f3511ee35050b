/** Options that several commands share, and reading their values. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { type Client, createClient } from "@orchestratex/sdk";
import { type Command, InvalidArgumentError } from "commander";
import { UsageError } from "./exits.ts";

export type ServerOptions = { url?: string; color: boolean; json?: boolean };

const DEFAULT_URL = "http://127.0.0.1:8000";

export const withServer = (command: Command): Command =>
  command
    .option("--url <url>", `the server (default: ORCHESTRATEX_URL, else ${DEFAULT_URL})`)
    .option("--no-color", "no colours (NO_COLOR=1 does the same)");

export const connect = ({ url }: ServerOptions): Client => createClient({ baseUrl: serverUrl(url) });

/** The option, the environment, the working folder's `.env`, the default: the first that says something. */
function serverUrl(given: string | undefined): string {
  const file = resolve(".env");
  const local = () => (existsSync(file) ? parseEnv(readFileSync(file, "utf8"))["ORCHESTRATEX_URL"] : undefined);
  const url = given || process.env["ORCHESTRATEX_URL"] || local() || DEFAULT_URL;
  if (!URL.canParse(url) || !/^https?:\/\//i.test(url))
    throw new UsageError(`The server's URL must start with http:// or https://, such as ${DEFAULT_URL}; got ${url}`);
  return url.replace(/\/+$/, "");
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `90s`, `5m`, `500ms`, `1h`; seconds where no unit is given. */
export function milliseconds(text: string): number {
  const [, figure, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  if (figure === undefined) throw new InvalidArgumentError("It must be a time such as 90s or 5m.");
  return Math.round(Number(figure) * (unitsMs[unit] ?? 1));
}

/** Comma-separated, and repeatable. */
export const names = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  ...text.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()])),
];

const MOST_BYTES = 2_000_000;

/** A file's text, or that of standard input for `-`. */
export async function readText(source: string): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    const bytes = source === "-" ? process.stdin : readFileSync(source);
    for await (const part of Buffer.isBuffer(bytes) ? [bytes] : bytes) {
      parts.push(part);
      size += part.length;
      if (size > MOST_BYTES) break;
    }
  } catch (error) {
    throw new UsageError(`${source} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const name = source === "-" ? "standard input" : source;
  if (size > MOST_BYTES) throw new UsageError(`${name} is too long: at most ${MOST_BYTES} bytes can be sent`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new UsageError(`${name} is not text in UTF-8`);
  }
}
