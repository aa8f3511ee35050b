/** `orchestratex files`: what was uploaded, what became of it, and finding things in it. */
import { ApiError, type Client } from "@orchestratex/sdk";
import { FileStatus, type StoredFile } from "@orchestratex/sdk/contract";
import { type Command, Option } from "commander";
import { exits, Told, UsageError } from "./exits.ts";
import { fileHits, filePage, fileTable, placeOf } from "./file-page.ts";
import { lookOf } from "./look.ts";
import { connect, number, type ServerOptions, withServer } from "./options.ts";
import { safe, safeLine } from "./safe-text.ts";

const examples = `
Examples:
  orchestratex files list --status failed
  orchestratex files show <id>                 what it is, and what happened to it
  orchestratex files show <id> --text          what was read of it
  orchestratex files search "how did costs develop?"
  orchestratex files delete <id> <id>`;

export function filesCommand(program: Command): void {
  const files = program
    .command("files")
    .summary("what was uploaded, and finding things in it")
    .description("Look at files, search in them, read one again, delete them. `orchestratex upload` brings them in.")
    .addHelpText("after", examples);
  listCommand(files);
  showCommand(files);
  searchCommand(files);
  retryCommand(files);
  cancelCommand(files);
  deleteCommand(files);
}

type ListOptions = ServerOptions & { limit: number; status?: FileStatus; type?: string; query?: string };

function listCommand(files: Command): void {
  const list = files
    .command("list")
    .summary("your files, newest first")
    .description("List files, newest first; several filters must all fit.")
    .addOption(new Option("--status <word>", "how they stand").choices(FileStatus.options))
    .option("--type <type>", "only those of this type, such as pdf")
    .option("-q, --query <text>", "only those with this in their name, in any case")
    .option("-n, --limit <n>", "how many at most", number, 50)
    .option("--json", "one line of JSON");
  withServer(list).action(async (options: ListOptions) => {
    if (!Number.isInteger(options.limit) || options.limit < 1) throw new UsageError("--limit must be 1 or more");
    const { items, more } = await found(connect(options), options);
    const look = lookOf(process.stdout, options.color, process.env);
    process.stdout.write(options.json ? `${JSON.stringify({ items, more })}\n` : fileTable(items, more, look));
  });
}

async function found(client: Client, { status, type, query: q, limit }: ListOptions) {
  const items: StoredFile[] = [];
  let cursor: string | undefined;
  do {
    const part = await client.files({ status, type, q, cursor, limit: Math.min(100, limit - items.length) });
    items.push(...part.items);
    cursor = part.next_cursor ?? undefined;
  } while (cursor !== undefined && items.length < limit);
  return { items, more: cursor !== undefined };
}

type ShowOptions = ServerOptions & { text?: boolean; chunks?: boolean };

function showCommand(files: Command): void {
  const show = files
    .command("show")
    .summary("a file, and what was read of it")
    .description("Show a file: what it is, how its reading went, what its type tells.")
    .argument("<id>", "the file's id, as upload and files list print it")
    .addOption(new Option("--text", "what was read of it, in reading order").conflicts("chunks"))
    .option("--chunks", "its chunks, with their places")
    .option("--json", "one line of JSON; with --text or --chunks one for each");
  withServer(show).action(async (id: string, options: ShowOptions) => {
    const client = connect(options);
    if (options.text || options.chunks) return printParts(client, id, options);
    const file = await client.file(id);
    const look = lookOf(process.stdout, options.color, process.env);
    process.stdout.write(options.json ? `${JSON.stringify(file)}\n` : filePage(file, look));
  });
}

async function printParts(client: Client, id: string, { chunks, json }: ShowOptions): Promise<void> {
  const print = (text: string) => (process.stdout.isTTY ? safe(text) : text);
  let cursor: string | undefined;
  do {
    const page = await client.fileContent(id, { part: chunks ? "chunks" : "blocks", limit: 100, cursor });
    for (const one of [...page.blocks, ...page.chunks]) {
      const head = chunks ? `--- ${placeOf(one.place)}\n` : "";
      process.stdout.write(json ? `${JSON.stringify(one)}\n` : `${head}${print(one.text)}\n`);
    }
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}

/** Below it texts have nothing in common. */
const LEAST_SCORE = 0.05;

function searchCommand(files: Command): void {
  const search = files
    .command("search")
    .summary("the places most similar to a question")
    .description("Find chunks of your files by similarity, most similar first.")
    .argument("<words...>", "what to look for")
    .option("-n, --limit <n>", "how many at most, up to 50", number, 5)
    .option("--json", "one line of JSON");
  withServer(search).action(async (words: string[], options: ServerOptions & { limit: number }) => {
    const query = words.join(" ");
    const hits = await connect(options).searchFiles({ query, limit: options.limit, min_score: LEAST_SCORE });
    const look = lookOf(process.stdout, options.color, process.env);
    process.stdout.write(options.json ? `${JSON.stringify(hits)}\n` : fileHits(hits, query, look));
  });
}

function retryCommand(files: Command): void {
  const retry = files
    .command("retry")
    .summary("read a file again that could not be read")
    .description("Read a file again that has failed or was cancelled.")
    .argument("<id>", "the file's id")
    .option("--json", "one line of JSON");
  withServer(retry).action(async (id: string, options: ServerOptions) => {
    const file = await connect(options).retryFile(id);
    process.stdout.write(options.json ? `${JSON.stringify(file)}\n` : `${safeLine(file.name)} is read again.\n`);
  });
}

function cancelCommand(files: Command): void {
  const cancel = files
    .command("cancel")
    .summary("stop reading a file")
    .description("Stop reading a file, at once. It is kept, and can be read again.")
    .argument("<id>", "the file's id")
    .option("--json", "one line of JSON");
  withServer(cancel).action(async (id: string, options: ServerOptions) => {
    const file = await connect(options).cancelFile(id);
    process.stdout.write(options.json ? `${JSON.stringify(file)}\n` : `${safeLine(file.name)} is ${wordOf(file)}.\n`);
  });
}

const wordOf = ({ status, error }: StoredFile): string => (error?.code === "file.cancelled" ? "cancelled" : status);

function deleteCommand(files: Command): void {
  const remove = files
    .command("delete")
    .summary("delete files, with all that was made of them")
    .description("Delete files: their bytes, text, chunks and vectors. It cannot be undone.")
    .argument("<ids...>", "the files' ids")
    .option("--json", "one line of JSON per file");
  withServer(remove).action(async (ids: string[], options: ServerOptions) => {
    const client = connect(options);
    let missing = 0;
    for (const id of ids) {
      const name = await client.file(id).then(
        ({ name }) => name,
        () => id,
      );
      const why = await client.deleteFile(id).then(() => null, reasonOf);
      if (why !== null) missing++;
      const line = why === null ? `${safeLine(name)} is deleted.` : `${safeLine(id)}: ${safeLine(why)}`;
      process.stdout.write(
        options.json ? `${JSON.stringify({ id, deleted: why === null, error: why })}\n` : `${line}\n`,
      );
    }
    if (missing > 0) throw new Told(exits.usage);
  });
}

/** Of this file alone; that nobody answers concerns all. */
function reasonOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  throw error;
}
