/**
 * One model asked through `/v1`, metered, budgeted and journaled, beside other gateways before the same vendor, on the same cores,
 * in the same minutes: rounds take turns, so that what else the machine does is shared. The vendor answers at once, so all that is
 * measured is what stands before it.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { flushes, processorMs } from "./gateway/machine.ts";
import { end, type Gateway, heard, startLitellm, startOwn, startPortkey } from "./gateway/rivals.ts";
import { type Loaded, type LoadPlan, type Place, USAGE } from "./gateway/words.ts";
import type { BenchOptions } from "./run.ts";
import { percentile } from "./store/numbers.ts";

const CONNECTIONS = 64;

type Figures = {
  per_second: number;
  /** Milliseconds of processor time an answer. */
  processor_ms: number | null;
  added_ms: { p50: number; p99: number };
  first_token_added_ms: { p50: number; p99: number };
  wrong: number;
};

export async function bench({ quick }: BenchOptions): Promise<object> {
  const folder = mkdtempSync(path.join(tmpdir(), "orchestratex-bench-"));
  const children: ChildProcess[] = [];
  try {
    const mock = await startOwn("mock.ts", []);
    children.push(mock.child);
    const { gateways, left_out } = await openAll(folder, mock.url, quick, children);
    const load = await openLoad();
    children.push(load.child);
    const vendor: Place = { url: mock.url, headers: {}, model: "mock" };
    const figures = await measure(gateways, vendor, load.run, quick);
    const [ours] = gateways;
    const books = ours && (await booksOf(ours.child));
    const flush = flushes(folder);
    const flush_ms = { p50: percentile(flush, 0.5), p99: percentile(flush, 0.99) };
    print(figures, left_out, flush_ms, books);
    return { connections: CONNECTIONS, gateways: figures, left_out, flush_ms, books, ...bars(figures) };
  } finally {
    await Promise.all(children.map(end));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function openAll(folder: string, vendor: string, quick: boolean, children: ChildProcess[]) {
  const gateways: Gateway[] = [];
  const left_out: Record<string, string> = {};
  const make = (name: string) => mkdtempSync(path.join(folder, `${name}-`));
  const add = (gateway: Gateway) => {
    gateways.push(gateway);
    children.push(gateway.child);
  };
  const own = async (name: string, file: string, args: string[]) => {
    const { child, url } = await startOwn(file, args);
    add({ name, child, place: { url, headers: {}, model: "mock" } });
  };
  await own("orchestratex", "ours.ts", [make("ours"), vendor]);
  await own("fastify + undici, bare", "plain.ts", [vendor]);
  const rivals = { portkey: startPortkey, ...(!quick && { litellm: startLitellm }) };
  if (quick) left_out["litellm"] = "--quick";
  for (const [name, start] of Object.entries(rivals))
    await start(make(name), vendor).then(add, (error: unknown) => {
      left_out[name] = String(error instanceof Error ? error.message : error).slice(0, 300);
    });
  return { gateways, left_out };
}

async function openLoad() {
  const { fork } = await import("node:child_process");
  const child = fork(path.join(import.meta.dirname, "gateway/load.ts"));
  const run = (plan: LoadPlan): Promise<Loaded> => {
    const loaded = heard<Loaded>(child);
    child.send(plan);
    return loaded;
  };
  return { child, run };
}

type Run = (plan: LoadPlan) => Promise<Loaded>;

async function measure(gateways: readonly Gateway[], vendor: Place, run: Run, quick: boolean) {
  const rounds = quick ? 3 : 5;
  const forMs = quick ? 2_000 : 5_000;
  const pairs = quick ? 150 : 500;
  const of = new Map(
    gateways.map(({ name }) => [
      name,
      { perSecond: [] as number[], processor: [] as number[], whole: [] as number[], first: [] as number[], wrong: 0 },
    ]),
  );
  for (let round = -1; round < rounds; round++)
    for (const { name, place, child } of gateways) {
      const kept = of.get(name);
      if (!kept) continue;
      const before = processorMs(child.pid);
      const loaded = await run({ kind: "throughput", place, connections: CONNECTIONS, forMs });
      const used = processorMs(child.pid);
      const whole = await run({ kind: "whole", place, against: vendor, pairs });
      const first = await run({ kind: "first", place, against: vendor, pairs });
      // The first round warms up.
      if (round < 0) continue;
      kept.perSecond.push(loaded.per_second);
      if (before !== null && used !== null) kept.processor.push((used - before) / loaded.answers);
      kept.whole.push(...whole.ms);
      kept.first.push(...first.ms);
      kept.wrong += loaded.wrong + whole.wrong + first.wrong;
      process.stdout.write(`round ${round + 1}: ${name} ${Math.round(loaded.per_second)} answers a second\n`);
    }
  return Object.fromEntries([...of].map(([name, kept]): [string, Figures] => [name, figuresOf(kept)]));
}

type Kept = { perSecond: number[]; processor: number[]; whole: number[]; first: number[]; wrong: number };

const figuresOf = ({ perSecond, processor, whole, first, wrong }: Kept): Figures => ({
  per_second: Math.round(percentile(perSecond, 0.5)),
  processor_ms: processor.length > 0 ? percentile(processor, 0.5) : null,
  added_ms: { p50: percentile(whole, 0.5), p99: percentile(whole, 0.99) },
  first_token_added_ms: { p50: percentile(first, 0.5), p99: percentile(first, 0.99) },
  wrong,
});

/** What our server has written down of all this: money held must be none, and money spent that of the answers, to the last digit. */
async function booksOf(child: ChildProcess) {
  const told = heard<{ sessions: Record<"total_cost" | "held" | "unconfirmed" | "overrun", number>[] }>(child);
  child.send("books");
  const [session] = (await told).sessions;
  const each = USAGE.prompt_tokens * 0.000001 + USAGE.completion_tokens * 0.000002;
  if (!session) return undefined;
  const { total_cost, held, unconfirmed, overrun } = session;
  return { answers_paid: Math.round((1e6 * total_cost) / each) / 1e6, total_cost, held, unconfirmed, overrun };
}

function bars(figures: Record<string, Figures>): object {
  const [ours, portkey] = [figures["orchestratex"], figures["portkey"]];
  if (!ours) return {};
  return {
    times_portkey: portkey ? Math.round((100 * ours.per_second) / portkey.per_second) / 100 : null,
    added_within_2_ms: ours.added_ms.p50 <= 2,
    first_token_within_3_ms: ours.first_token_added_ms.p50 <= 3,
  };
}

function print(
  figures: Record<string, Figures>,
  leftOut: Record<string, string>,
  flush: object,
  books: object | undefined,
) {
  const ours = figures["orchestratex"]?.per_second ?? 0;
  console.table(
    Object.fromEntries(
      Object.entries(figures).map(([name, { per_second, processor_ms, added_ms, first_token_added_ms, wrong }]) => [
        name,
        {
          [`a second, ${CONNECTIONS} connections`]: per_second,
          "ours / theirs": Math.round((100 * ours) / per_second) / 100,
          "processor ms each": processor_ms,
          "added ms p50": added_ms.p50,
          "added ms p99": added_ms.p99,
          "to first token p50": first_token_added_ms.p50,
          "to first token p99": first_token_added_ms.p99,
          wrong,
        },
      ]),
    ),
  );
  for (const [name, reason] of Object.entries(leftOut)) process.stdout.write(`${name} was left out: ${reason}\n`);
  process.stdout.write(
    `the disk's own flush of 8 kB, ms: ${JSON.stringify(flush)}\nour books: ${JSON.stringify(books)}\n`,
  );
}
