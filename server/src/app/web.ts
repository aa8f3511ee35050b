/** The web app: built by a process of its own when its sources are newer, then kept in memory. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { NoSite, type Site, type Web, type WebFile } from "../api/site.ts";
import { fingerprintOf } from "./web-sources.ts";
import { within } from "./within.ts";

export type WebOptions = {
  /** The folder of the workspace, if not this one. */
  root?: string;
  /** Where what is built is kept, if not in `web/dist`. */
  dist?: string;
  /** Its sources are looked at whenever the page is loaded, not only at the start. */
  development: boolean;
  log: Logger;
  /** The builder ends with the server. */
  stopping: AbortSignal;
  /** How long a request waits for the builder. */
  patienceMs?: number;
};

type Place = Required<Pick<WebOptions, "root" | "dist">> & Omit<WebOptions, "root" | "dist">;

type Attempt = { fingerprint: string; site: Promise<Site>; failed: boolean };

export function openWeb(options: WebOptions): Web {
  const root = path.resolve(options.root ?? fileURLToPath(new URL("../../../", import.meta.url)));
  const place: Place = { dist: path.join(root, "web", "dist"), ...options, root };
  const begin = (before?: Attempt): Attempt => {
    const fingerprint = fingerprintIn(root);
    if (before && !before.failed && fingerprint === before.fingerprint) return before;
    // One after the other: a builder removes what was built of other sources.
    const turn = before ? before.site.catch(() => undefined) : Promise.resolve();
    const attempt = { fingerprint, site: turn.then(() => open(place, fingerprint)), failed: false };
    attempt.site.catch((error: unknown) => {
      attempt.failed = true;
      if (!place.stopping.aborted) place.log.error(whyOf(error), "there is no page for browsers");
    });
    return attempt;
  };
  let last = begin();
  return {
    rootFiles: rootFilesOf(path.join(root, "web", "public")),
    site({ fresh = false } = {}) {
      if (fresh && place.development) last = begin(last);
      return within(last.site, place.patienceMs ?? 60_000, stillBuilding);
    },
  };
}

const whyOf = (error: unknown) =>
  error instanceof NoSite ? { why: error.message, remedy: error.remedy, output: error.output } : { err: error };

/** What cannot be read has no fingerprint: the builder says what it is. */
function fingerprintIn(root: string): string {
  try {
    return fingerprintOf(root);
  } catch {
    return "unreadable";
  }
}

const rootFilesOf = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []))
    : [];

const stillBuilding = () =>
  new NoSite("The page is still being built.", { output: "", remedy: "Load this page again in a moment." });

async function open(place: Place, fingerprint: string): Promise<Site> {
  let folder = path.join(place.dist, fingerprint);
  if (!existsSync(folder)) {
    const start = performance.now();
    folder = await build(place);
    place.log.info({ ms: Math.round(performance.now() - start) }, "the page for browsers was built");
  }
  try {
    return await readSite(folder);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new NoSite(`The page cannot be read from ${folder}.`, { output: why, remedy: remedyFor(why, place), cause });
  }
}

/** More of what the builder says is not kept. */
const MOST_OUTPUT = 4_000;

/** The builder needs no keys. */
const handedOn = ["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot"];

/** Answers the folder. */
function build(place: Place): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const fail = (output: string, cause?: unknown) =>
    reject(new NoSite("The page could not be built.", { output, remedy: remedyFor(output, place), cause }));
  const child = spawn(process.execPath, [path.join(place.root, "web", "build.ts"), place.dist], {
    ...{ cwd: place.root, stdio: ["ignore", "pipe", "pipe"], signal: place.stopping },
    env: Object.fromEntries(handedOn.map((name) => [name, process.env[name]])),
  });
  const [said, complained] = [lastOf(child.stdout), lastOf(child.stderr)];
  child.on("error", (error) => fail(error.message, error));
  child.on("close", (code) => (code === 0 ? resolve(said().split("\n").at(-1) ?? "") : fail(complained())));
  return promise;
}

/** The end of what comes out of it. */
function lastOf(stream: Readable): () => string {
  let all = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    all = `${all}${text}`.slice(-MOST_OUTPUT);
  });
  return () => all.trim();
}

function remedyFor(output: string, { root, development }: Place): string {
  const again = development ? "load this page again" : "restart the server";
  if (/Cannot find (?:package|module) '(?:vite|[^']*node_modules)|failed to resolve import "[^./]/.test(output))
    return `Its libraries are not installed: run npm ci in ${root}, then ${again}.`;
  if (/\b(?:EACCES|EROFS|EPERM|ENOSPC)\b/.test(output))
    return `The folder cannot be written: let it be, or build where it can, by node web/build.ts, then ${again}.`;
  return `Mend what it names in ${path.join(root, "web")}, then ${again}.`;
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
};

async function readSite(folder: string): Promise<Site> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
  const present = new Set(names);
  const files = names
    .filter((name) => !/\.(?:br|gz)$/.test(name))
    .map(async (name) => [name, await readWebFile(folder, name, present)] as const);
  return new Map(await Promise.all(files));
}

async function readWebFile(folder: string, name: string, present: ReadonlySet<string>): Promise<WebFile> {
  const read = (file: string) => readFile(path.join(folder, file));
  const body = await read(name);
  return {
    type: types[path.extname(name)] ?? "application/octet-stream",
    hashed: /^assets\/.*-[\w-]{8}\.\w+$/.test(name),
    etag: `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`,
    body,
    ...(present.has(`${name}.br`) && { br: await read(`${name}.br`) }),
    ...(present.has(`${name}.gz`) && { gzip: await read(`${name}.gz`) }),
  };
}
