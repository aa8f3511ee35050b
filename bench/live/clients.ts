/** The process of the clients: so many sockets, told by the bench what to do. */
import { type Follower, follow } from "./follower.ts";
import { openWatch, type Seen } from "./watch.ts";

export type Order =
  | { type: "connect"; urls: string[]; threads: string[]; sockets: number; slow: number; dead: number }
  | { type: "phase"; name: string }
  | { type: "storm" }
  | { type: "pause" }
  | { type: "resume" }
  /** `last`: thread -> the last number of its log. */
  | { type: "end"; last: Record<string, number> };

/** `slow`: what those saw that stop reading now and then; their own times are long on purpose. */
export type Told = { type: "done" } | { type: "seen"; seen: Seen; slow: Seen };

/** Every so many sockets one puts the text together too: reading all of it would take more than the server does. */
const FULL_EVERY = 10;
/** Handshakes under way at once when all connect for the first time. */
const AT_ONCE = 100;

const watch = openWatch();
const slowWatch = openWatch();
let ordinary: Follower[] = [];
let slow: Follower[] = [];
let dead: Follower[] = [];

process.on("message", (order: Order) => void obey(order).then((told) => process.send?.(told)));

async function obey(order: Order): Promise<Told> {
  if (order.type === "connect") await connect(order);
  else if (order.type === "phase") watch.enter(order.name);
  else if (order.type === "storm") await storm();
  else if (order.type === "pause") for (const one of slow) one.pause();
  else if (order.type === "resume") for (const one of slow) one.resume();
  else return { type: "seen", ...end(order.last) };
  return { type: "done" };
}

async function connect({ urls, threads, sockets, ...plan }: Order & { type: "connect" }): Promise<void> {
  const urlFor = (number: number) => urls[number % urls.length] ?? "";
  for (let number = 0; number < sockets; number += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, sockets - number) }, (_, at) => {
      const index = number + at;
      // Over a number of servers that divides the number of threads each thread has its readers on all of them.
      const thread = threads[Math.floor(index / urls.length) % threads.length] ?? "";
      return follow(urlFor(index), [thread], watch, index % FULL_EVERY === 0);
    });
    ordinary = ordinary.concat(some);
    await Promise.all(some.map((one) => one.opened()));
  }
  slow = Array.from({ length: plan.slow }, (_, at) => follow(urlFor(at), threads, slowWatch, true));
  dead = Array.from({ length: plan.dead }, (_, at) => follow(urlFor(at), threads, openWatch(), false));
  await Promise.all([...slow, ...dead].map((one) => one.opened()));
  for (const one of dead) one.pause();
}

/** All lines break at the same moment and come back at once. */
async function storm(): Promise<void> {
  for (const one of ordinary) one.drop();
  await Promise.all(ordinary.map((one) => one.opened()));
}

function end(last: Record<string, number>): { seen: Seen; slow: Seen } {
  complete(ordinary, last, watch);
  complete(slow, last, slowWatch);
  for (const one of [...ordinary, ...slow, ...dead]) one.close();
  return { seen: watch.seen(), slow: slowWatch.seen() };
}

function complete(
  some: readonly Follower[],
  last: Record<string, number>,
  { missing }: ReturnType<typeof openWatch>,
): void {
  for (const one of some)
    for (const [thread, place] of one.places)
      if (place !== last[thread]) missing(`${thread}: ended at ${place} of ${last[thread]}`);
}
