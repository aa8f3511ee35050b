/** `orchestratex upload`: files and folders to the server, each followed until it can be searched. */
import { createHash } from "node:crypto";
import { openAsBlob } from "node:fs";
import { access, constants } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ApiError, type Client, UnreachableError } from "@orchestratex/sdk";
import type { StoredFile } from "@orchestratex/sdk/contract";
import type { Command } from "commander";
import { exits, Told, UsageError } from "./exits.ts";
import { bytes as sizeOf } from "./figures.ts";
import { onInterrupt } from "./interrupt.ts";
import { lookOf } from "./look.ts";
import { connect, number, type ServerOptions, withServer } from "./options.ts";
import { type Found, filesAt, whyUnread } from "./upload-paths.ts";
import type { UploadRow, UploadScreen } from "./upload-screen.ts";

const examples = `
Examples:
  orchestratex upload report.pdf
  orchestratex upload notes/ slides.pptx      folders too, with all that is in them
  orchestratex upload --no-wait *.csv         do not wait until they can be searched
  orchestratex upload --json notes/ | jq -r 'select(.status == "failed") | .path'

Called again after it broke off, it goes on where it was.`;

type UploadOptions = ServerOptions & { wait: boolean; atOnce: number; all?: boolean };

export function uploadCommand(program: Command): void {
  const command = program
    .command("upload")
    .summary("files and folders to the server")
    .description("Upload files, and wait until they can be searched. The same bytes are never kept twice.")
    .argument("<paths...>", "files and folders")
    .option("--no-wait", "end once the bytes are there; the server goes on reading them")
    .option("--at-once <n>", "how many side by side", number, 3)
    .option("--all", "in folders, hidden files too")
    .option("--json", "one line of JSON per file")
    .addHelpText("after", examples);
  withServer(command).action(async (paths: string[], options: UploadOptions) => {
    const { atOnce } = options;
    if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > 16) throw new UsageError("--at-once must be 1 to 16");
    const found = await filesAt(paths, options.all === true);
    if (found.files.length + found.left.length === 0) throw new UsageError(noFiles(paths, found.hidden));
    const client = connect(options);
    // Whether anybody answers is known before the first file; from then on a server may be away for a while.
    const { accepts } = await client.fileProcessing();
    const [bars, lines] = [process.stderr, process.stdout].map((to) => lookOf(to, options.color, process.env));
    if (!bars || !lines) return;
    // Read with the command: the server and the other commands need none of it.
    const { openUploadScreen } = await import("./upload-screen.ts");
    const screen = openUploadScreen(bars, lines, options.json === true);
    await untilInterrupted((signal) =>
      uploadAll({ client, screen, signal, wait: options.wait, most: accepts.max_file_size }, found, atOnce).finally(
        screen.close,
      ),
    );
    if (screen.failed() > 0) throw new Told(exits.noAnswer);
  });
}

const noFiles = (paths: readonly string[], hidden: number): string =>
  `There are no files in ${paths.join(", ")}${hidden > 0 ? ", but hidden ones: --all takes them too" : ""}`;

async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const leaving = new AbortController();
  const interrupt = onInterrupt(() => leaving.abort());
  try {
    await work(leaving.signal);
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    process.stderr.write(
      "Broken off. The same command goes on where it was.\nWhat has arrived is read all the same.\n",
    );
    throw new Told(exits.interrupted);
  } finally {
    interrupt.release();
  }
}

type Means = {
  client: Client;
  screen: UploadScreen;
  signal: AbortSignal;
  wait: boolean;
  /** Bytes that a file may have. */
  most: number;
};

async function uploadAll(means: Means, { files, left }: Found, atOnce: number): Promise<void> {
  const { screen } = means;
  for (const { path: at, why, isFault } of left) screen.left(at, why, isFault);
  const waiting = [...files];
  const trouble = new AbortController();
  const signal = AbortSignal.any([means.signal, trouble.signal]);
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      signal.throwIfAborted();
      await uploadOne({ ...means, signal }, file, screen.begin(file, waiting.length));
    }
  };
  const workers = Array.from({ length: atOnce }, () =>
    worker().catch((error: unknown) => {
      trouble.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  signal.throwIfAborted();
}

/** What is wrong with one file is told in its row, and the others go on. Throws what concerns all: nobody answers, or Ctrl-C. */
async function uploadOne(means: Means, file: string, row: UploadRow): Promise<void> {
  try {
    const { file_id, duplicate } = await send(means, file, row);
    const arrived = await ask(means, file_id, row);
    row.ended(means.wait ? await untilRead(means, arrived, row) : arrived, duplicate);
  } catch (error) {
    means.signal.throwIfAborted();
    if (error instanceof UnreachableError) throw error;
    row.failed(error instanceof ApiError ? error.code : "file.local", whyNot(error, file));
  }
}

function whyNot(error: unknown, file: string): string {
  if (error instanceof ApiError && error.code === "upload.checksum")
    return "What arrived is not what was sent; nothing of it was kept. Upload it again.";
  if (error instanceof ApiError) return error.detail;
  if (error instanceof DOMException && error.name === "NotReadableError")
    return "It was changed while it was sent: upload it again when it is complete.";
  return error instanceof UsageError ? error.message : `It cannot be read: ${whyUnread(error, file)}`;
}

/** With the hash of the whole: known bytes are not sent, one that broke off goes on, and what was sent is compared at the end. */
async function send({ client, signal, most }: Means, file: string, row: UploadRow) {
  // It tells the reason, which opening as a blob does not.
  await access(file, constants.R_OK);
  const blob = await openAsBlob(file);
  if (blob.size > most)
    throw new UsageError(`It has ${sizeOf(blob.size)}, and here a file may have ${sizeOf(most)} at most.`);
  const hash = createHash("sha256");
  let hashed = 0;
  for await (const piece of blob.stream()) {
    signal.throwIfAborted();
    hash.update(piece);
    hashed += piece.length;
    row.checked(hashed, blob.size);
  }
  return client.upload(blob, {
    ...{ name: path.basename(file), sha256: hash.digest("hex"), signal },
    onProgress: (received, size) => row.sent(received, size),
    onConnection: (connection) => connection.type === "lost" && row.waits(whyWaiting(connection.error)),
  });
}

const whyWaiting = (error: unknown): string =>
  error instanceof ApiError ? `trying again: ${error.problem?.title ?? error.detail}` : "no server; trying again";

/** The first looks follow each other quickly, so that a small file does not wait for the next one. */
const LOOK_EVERY_MS = { first: 30, last: 400, growth: 1.4 };

async function untilRead(means: Means, file: StoredFile, row: UploadRow): Promise<StoredFile> {
  let now = file;
  let every = LOOK_EVERY_MS.first;
  while (now.status === "queued" || now.status === "processing") {
    row.read(now);
    await pause(every, undefined, { signal: means.signal });
    every = Math.min(LOOK_EVERY_MS.last, every * LOOK_EVERY_MS.growth);
    now = await ask(means, file.id, row);
  }
  return now;
}

const ASK_AGAIN_MS = 1_000;
const ASKED_AT_MOST = 45;

/** A server that is being started anew is waited for. */
async function ask({ client, signal }: Means, id: string, row: UploadRow): Promise<StoredFile> {
  for (let asked = 1; ; asked++) {
    try {
      return await client.file(id, { signal });
    } catch (error) {
      const away = error instanceof UnreachableError || (error instanceof ApiError && error.status === 503);
      if (!away || asked === ASKED_AT_MOST) throw error;
      row.waits(whyWaiting(error));
      await pause(ASK_AGAIN_MS, undefined, { signal });
    }
  }
}
