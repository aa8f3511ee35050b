/** `orchestratex upload`: files and folders to the server, each followed until it can be searched. */
import { openAsBlob } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ApiError, type Client } from "@orchestratex/sdk";
import type { StoredFile } from "@orchestratex/sdk/contract";
import type { Command } from "commander";
import { exits, Told, UsageError } from "./exits.ts";
import { lookOf } from "./look.ts";
import { connect, number, type ServerOptions, withServer } from "./options.ts";
import { openUploadScreen, type UploadRow, type UploadScreen } from "./upload-screen.ts";

const examples = `
Examples:
  orchestratex upload report.pdf
  orchestratex upload notes/ slides.pptx      folders too, with all that is in them
  orchestratex upload --no-wait *.csv         do not wait until they can be searched

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
    const files = await found(paths, options.all === true);
    if (files.length === 0) throw new UsageError("There are no files in it");
    const screen = openUploadScreen(lookOf(process.stderr, options.color, process.env), options.json === true);
    const failed = await uploadAll(connect(options), files, options, screen);
    screen.close();
    if (failed > 0) throw new Told(exits.noAnswer);
  });
}

/** In the order named; a folder's by name. */
async function found(paths: readonly string[], hidden: boolean): Promise<string[]> {
  const all: string[] = [];
  for (const one of paths) {
    const facts = await stat(one).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(
        `${one} cannot be read: ${error.code === "ENOENT" ? "there is no such file" : error.message}`,
      );
    });
    if (!facts.isDirectory()) {
      all.push(one);
      continue;
    }
    const inside = await readdir(one, { recursive: true, withFileTypes: true });
    const isHidden = (name: string) =>
      path
        .relative(one, name)
        .split(path.sep)
        .some((part) => part.startsWith("."));
    const names = inside.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    all.push(...names.filter((name) => hidden || !isHidden(name)).sort());
  }
  return [...new Set(all.map((file) => path.resolve(file)))];
}

/** How many could not be uploaded or read. */
async function uploadAll(
  client: Client,
  files: string[],
  options: UploadOptions,
  screen: UploadScreen,
): Promise<number> {
  const waiting = [...files];
  let failed = 0;
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const row = screen.begin(path.basename(file), waiting.length);
      const good = await uploadOne(client, file, options, row).catch((error: unknown) => {
        // Of one file: the others go on. That nobody answers concerns all.
        if (!(error instanceof ApiError || error instanceof UsageError)) throw error;
        row.failed(error.message);
        return false;
      });
      if (!good) failed++;
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
  return failed;
}

async function uploadOne(client: Client, file: string, { wait }: UploadOptions, row: UploadRow): Promise<boolean> {
  const bytes = await openAsBlob(file);
  const name = path.basename(file);
  const fileId = await unfinished(client, name, bytes.size);
  const { file_id, duplicate } = await client.upload(bytes, {
    name,
    ...(fileId !== undefined && { fileId }),
    onProgress: (received, size) => row.sent(received, size),
  });
  const arrived = await client.file(file_id);
  const ended = wait ? await untilRead(client, arrived, row) : arrived;
  row.ended(ended, duplicate);
  return ended.status !== "failed";
}

/** An upload of the same name and size that broke off. */
async function unfinished(client: Client, name: string, size: number): Promise<string | undefined> {
  const { items } = await client.files({ status: "uploading", q: name, limit: 100 });
  return items.find((one) => one.name === name && one.size === size)?.id;
}

const LOOK_EVERY_MS = 300;

async function untilRead(client: Client, file: StoredFile, row: UploadRow): Promise<StoredFile> {
  let now = file;
  while (now.status === "queued" || now.status === "processing") {
    row.read(now);
    await pause(LOOK_EVERY_MS);
    now = await client.file(file.id);
  }
  return now;
}
