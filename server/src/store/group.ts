/**
 * Calls of the journal that come while one is under way wait for it and then travel together, as one statement and one flush
 * of the disk: `journal_group` of migrations/029_groups.sql. Alone, a call goes at once.
 */
import { type Database, SqlError } from "./database.ts";

/** Bounds how long the one connection is busy with a group [0.6-1 ms a call]. */
const MOST = 16;

type Call = { fn: string; argument: unknown; resolve(answer: unknown): void; reject(error: unknown): void };

/** `call` with the calls that come together in one. */
export const grouped = (call: Database["call"]): Database["call"] => {
  const waiting: Call[] = [];
  let busy = false;
  const next = async () => {
    busy = true;
    while (waiting.length > 0) await sendTogether(call, waiting.splice(0, MOST));
    busy = false;
  };
  return <T>(fn: string, argument: unknown) =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ fn, argument, resolve: resolve as Call["resolve"], reject });
      if (!busy) void next();
    });
};

async function sendTogether(call: Database["call"], calls: readonly Call[]): Promise<void> {
  const alone = async (one: Call) => call(one.fn, one.argument).then(one.resolve, one.reject);
  const [first, second] = calls;
  if (first && !second) return alone(first);
  try {
    const together = calls.map(({ fn, argument }) => ({ fn, argument }));
    const answers = await call<unknown[]>("journal_group", together);
    for (const [place, one] of calls.entries()) one.resolve(answers[place]);
  } catch (error) {
    // Something unforeseen in one of them undid all: each has to answer for itself.
    if (error instanceof SqlError) for (const one of calls) await alone(one);
    else for (const one of calls) one.reject(error);
  }
}

/** Bounds how long one connection is busy with lists [0.15-0.3 ms an item]. */
const MOST_ITEMS = 128;

type Item = { list: string; item: unknown; resolve(answer: unknown): void; reject(error: unknown): void };

/** `Database.item` over calls that take whole lists. */
export const gathered = (call: Database["call"]): Database["item"] => {
  const queues = new Map<string, { waiting: Item[]; busy: boolean }>();
  const work = async (fn: string, queue: { waiting: Item[]; busy: boolean }) => {
    queue.busy = true;
    while (queue.waiting.length > 0) await sendLists(call, fn, queue.waiting.splice(0, MOST_ITEMS));
    queue.busy = false;
  };
  return <T>(fn: string, list: string, item: unknown) =>
    new Promise<T>((resolve, reject) => {
      const queue = queues.get(fn) ?? { waiting: [], busy: false };
      queues.set(fn, queue);
      queue.waiting.push({ list, item, resolve: resolve as Item["resolve"], reject });
      if (!queue.busy) void work(fn, queue);
    });
};

async function sendLists(call: Database["call"], fn: string, items: readonly Item[]): Promise<void> {
  const lists = Map.groupBy(items, ({ list }) => list);
  const argument = Object.fromEntries([...lists].map(([name, here]) => [name, here.map(({ item }) => item)]));
  try {
    const answers = await call<Record<string, unknown[]>>(fn, argument);
    for (const [name, here] of lists) for (const [place, one] of here.entries()) one.resolve(answers[name]?.[place]);
  } catch (error) {
    // Something unforeseen in one of them undid all: each has to answer for itself.
    if (items.length > 1 && error instanceof SqlError) for (const one of items) await sendLists(call, fn, [one]);
    else for (const one of items) one.reject(error);
  }
}
