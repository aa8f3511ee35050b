/** A model fetched into a folder, file by file. What has arrived stays: another attempt goes on where the last one ended. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../../errors.ts";

export type DownloadOptions = {
  /** Such as `https://huggingface.co`. */
  host: string;
  /** As it is called there. */
  repository: string;
  files: readonly string[];
  /** Made when it is complete; until then what arrives is in a folder beside it. */
  folder: string;
  proxy: { http: string | null; https: string | null; except: string | null } | null;
  onProgress(received: number, total: number | null): void;
  signal: AbortSignal;
};

/** Throws `embedding.unavailable` when it cannot go on now; or the signal's reason. */
export async function download(options: DownloadOptions): Promise<void> {
  const { folder, files, signal } = options;
  const partial = `${folder}.part`;
  const line = await openLine(options);
  const sizes = new Map<string, { received: number; total: number | null }>();
  const report = (file: string, received: number, total: number | null) => {
    sizes.set(file, { received, total });
    const all = [...sizes.values()];
    const known = sizes.size === files.length && all.every((size) => size.total !== null);
    options.onProgress(
      all.reduce((sum, size) => sum + size.received, 0),
      known ? all.reduce((sum, size) => sum + (size.total ?? 0), 0) : null,
    );
  };
  try {
    for (const file of files) {
      const target = path.join(partial, file);
      await mkdir(path.dirname(target), { recursive: true });
      await fetchFile(line, options, file, target, (received, total) => report(file, received, total));
    }
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw failed(options, error instanceof Error ? (causeOf(error) ?? error.message) : String(error));
  } finally {
    await line.close();
  }
}

const failed = ({ repository, host }: DownloadOptions, what: string): AppError =>
  new AppError("embedding.unavailable", `${repository} cannot be fetched from ${host}: ${what}`);

const causeOf = ({ cause }: Error): string | null => (cause instanceof Error ? cause.message : null);

/** It follows redirects, which a service of files is full of. */
async function openLine({ proxy }: DownloadOptions) {
  const { Agent, EnvHttpProxyAgent, fetch } = await import("undici");
  const here = "localhost,127.0.0.1,::1";
  const timeouts = { headersTimeout: 60_000, bodyTimeout: 60_000, connect: { timeout: 20_000 } };
  const dispatcher = proxy
    ? new EnvHttpProxyAgent({
        ...timeouts,
        httpProxy: proxy.http ?? "",
        httpsProxy: proxy.https ?? "",
        noProxy: proxy.except ? `${proxy.except},${here}` : here,
      })
    : new Agent(timeouts);
  return {
    get: (url: string, headers: Record<string, string>, signal: AbortSignal) =>
      fetch(url, { headers: { "accept-encoding": "identity", ...headers }, dispatcher, signal }),
    close: () => dispatcher.destroy(),
  };
}

type Line = Awaited<ReturnType<typeof openLine>>;
type Told = (received: number, total: number | null) => void;

async function fetchFile(line: Line, options: DownloadOptions, file: string, target: string, told: Told) {
  const { host, repository, signal } = options;
  const [ready, part, mark] = [target, `${target}.part`, `${target}.etag`];
  const there = await sizeOf(ready);
  if (there !== null) return told(there, there);
  const etag = await readFile(mark, "utf8").catch(() => "");
  const had = etag === "" ? 0 : ((await sizeOf(part)) ?? 0);
  const url = `${host.replace(/\/+$/, "")}/${repository}/resolve/main/${file}`;
  const answer = await line.get(url, had > 0 ? { range: `bytes=${had}-`, "if-range": etag } : {}, signal);
  if (answer.status === 416) {
    await rm(part, { force: true });
    throw failed(options, `${file} has changed meanwhile`);
  }
  if (!answer.ok || !answer.body) throw failed(options, `${file}: HTTP ${answer.status}`);
  // A wall before the way out, that asks for a password.
  if (answer.headers.get("content-type")?.includes("html")) throw failed(options, `${file}: a page came instead`);
  const from = answer.status === 206 ? had : 0;
  const length = answer.headers.get("content-length");
  const total = length === null ? null : from + Number(length);
  await writeFile(mark, answer.headers.get("etag") ?? "");
  const out = await open(part, from > 0 ? "a" : "w");
  let received = from;
  try {
    told(received, total);
    for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
      if (received + piece.length > LARGEST) throw failed(options, `${file} is too large for a model`);
      await out.write(piece);
      received += piece.length;
      told(received, total);
    }
    await out.sync();
  } finally {
    await out.close();
  }
  if (total !== null && received !== total) throw failed(options, `${file} broke off at ${received} of ${total} bytes`);
  await checkSum(options, part, answer.headers.get("x-linked-etag") ?? answer.headers.get("etag"));
  await rename(part, ready);
  await rm(mark, { force: true });
}

const LARGEST = 2 * 1024 ** 3;

/** Large files are named by their SHA-256 there. */
async function checkSum(options: DownloadOptions, file: string, etag: string | null): Promise<void> {
  const expected = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(etag ?? "")?.[1];
  if (expected === undefined) return;
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  if (hash.digest("hex") === expected) return;
  await rm(file, { force: true });
  throw failed(options, "what arrived is not what it should be");
}

const sizeOf = (file: string): Promise<number | null> =>
  stat(file).then(
    ({ size }) => size,
    () => null,
  );
