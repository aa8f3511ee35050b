/** `orchestratex threads`: finding threads, looking behind them, taking them away. */
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client } from "@orchestratex/sdk";
import {
  Domain,
  ExportFormat,
  Mode,
  StopReason,
  type ThreadItem,
  ThreadStatus,
  type ThreadsQuery,
} from "@orchestratex/sdk/contract";
import { type Command, Option } from "commander";
import { UsageError } from "./exits.ts";
import { lookOf } from "./look.ts";
import { connect, number, type ServerOptions, withServer } from "./options.ts";
import { safe } from "./safe-text.ts";
import { threadPage } from "./thread-page.ts";
import { threadTable } from "./thread-table.ts";

const examples = `
Examples:
  orchestratex threads list --status running
  orchestratex threads show 019aa1c2-8f3e-7cc1-9f07-1f2a3b4c5d6e
  orchestratex threads show <id> --json | jq .final_quality_score
  orchestratex threads export <id> --format markdown -o answer.md`;

export function threadsCommand(program: Command): void {
  const threads = program
    .command("threads")
    .summary("find threads, look behind them, take them away")
    .description("Look at threads: a thread is the life of one prompt.")
    .addHelpText("after", examples);
  listCommand(threads);
  showCommand(threads);
  exportCommand(threads);
}

type ListOptions = ServerOptions & {
  limit: number;
  session?: string;
  query?: string;
  status?: ThreadsQuery["status"];
  domain?: Domain;
  mode?: Mode;
  stopReason?: StopReason;
  simulated?: boolean;
  real?: boolean;
};

function listCommand(threads: Command): void {
  const list = threads
    .command("list")
    .summary("your threads, newest first")
    .description("List threads, newest first; several filters must all fit.")
    .addOption(new Option("--status <word>", "how they stand").choices(["running", ...ThreadStatus.options]))
    .addOption(new Option("--domain <word>", "what they are about").choices(Domain.options))
    .addOption(new Option("--mode <mode>", "how careful they were").choices(Mode.options))
    .addOption(new Option("--stop-reason <word>", "why they ended").choices(StopReason.options))
    .addOption(new Option("--simulated", "only those of simulated models").conflicts("real"))
    .option("--real", "only those of real models")
    .option("--session <id>", "only those of this session")
    .option("-q, --query <text>", "only those with this in their prompt, in any case")
    .option("-n, --limit <n>", "how many at most", number, 20)
    .option("--json", "one line of JSON")
    .addHelpText("after", examples);
  withServer(list).action(async (options: ListOptions) => {
    if (options.session && options.query)
      throw new UsageError("--query looks through all sessions: leave out --session");
    if (!Number.isInteger(options.limit) || options.limit < 1) throw new UsageError("--limit must be 1 or more");
    const items = await found(connect(options), options);
    if (options.json) process.stdout.write(`${JSON.stringify({ items })}\n`);
    else process.stdout.write(threadTable(items, lookOf(process.stdout, options.color, process.env)));
  });
}

async function found(client: Client, options: ListOptions): Promise<ThreadItem[]> {
  const { status, domain, mode, stopReason, session, query: q } = options;
  const simulated = options.simulated ? true : options.real ? false : undefined;
  const filters = { status, domain, mode, simulated, stop_reason: stopReason };
  const items: ThreadItem[] = [];
  let cursor: string | undefined;
  do {
    const page = { ...filters, limit: Math.min(100, options.limit - items.length), cursor };
    const part = session ? await client.threadsOfSession(session, page) : await client.threads({ ...page, q });
    items.push(...part.items);
    cursor = part.next_cursor ?? undefined;
  } while (cursor !== undefined && items.length < options.limit);
  return items;
}

function showCommand(threads: Command): void {
  const show = threads
    .command("show")
    .summary("everything behind a thread")
    .description("Show a thread: who was chosen and why, every version with its scores, the criticism, what it cost.")
    .argument("<id>", "the thread's id, as ask prints it")
    .option("--json", "one line of JSON")
    .addHelpText("after", examples);
  withServer(show).action(async (id: string, options: ServerOptions) => {
    const thread = await connect(options).thread(id);
    const look = lookOf(process.stdout, options.color, process.env);
    process.stdout.write(options.json ? `${JSON.stringify(thread)}\n` : threadPage(thread, look));
  });
}

function exportCommand(threads: Command): void {
  const take = threads
    .command("export")
    .summary("a thread as a file")
    .description("Take a thread away: as JSON with everything, or as Markdown to read.")
    .argument("<id>", "the thread's id, as ask prints it")
    .addOption(new Option("--format <format>", "what it is written as").choices(ExportFormat.options).default("json"))
    .option("-o, --output <file>", "the file to write (default: standard output)")
    .addHelpText("after", examples);
  withServer(take).action(async (id: string, options: ServerOptions & { format: ExportFormat; output?: string }) => {
    const body = await connect(options).exportThread(id, options.format);
    const bytes = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
    if (options.output !== undefined) await save(bytes, options.output);
    else await print(bytes);
  });
}

async function save(bytes: Readable, file: string): Promise<void> {
  const target = createWriteStream(file);
  target.on("open", () => process.stderr.write(`${file}\n`));
  try {
    await pipeline(bytes, target);
  } catch (error) {
    if (target.pending || !target.writable) throw new UsageError(`${file} cannot be written: ${reason(error)}`);
    throw error;
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A terminal gets it made safe; a file or a program as it is. */
async function print(bytes: Readable): Promise<void> {
  const decoder = new TextDecoder();
  for await (const part of bytes) {
    const text = decoder.decode(part, { stream: true });
    const more = process.stdout.write(process.stdout.isTTY ? safe(text) : text);
    if (!more) await new Promise<void>((resolve) => process.stdout.once("drain", resolve));
  }
  process.stdout.write(decoder.decode());
}
