/** People at the public door: they ask, again with the same key where no answer came, follow, now and then stop, and write down all they are told. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "@orchestratex/sdk";
import type { Chance } from "./chance.ts";
import { type Line, lineTo } from "./line.ts";

export type Seat = { id: string; tag: string; limit: number | null; asked: number };

type Seen = { id: string; seq: number; type: string; details: unknown };

export type Follower = { events: Seen[]; ended: boolean; trouble: string | null };

export type Ask = {
  /** In the prompt, and so in every call: `[S12.T3]`. */
  mark: string;
  seat: Seat;
  mode: string;
  threadId: string | null;
  /** Ids that the same key brought later, where they differ. */
  otherIds: string[];
  refusal: number | null;
  followers: Follower[];
  askedAt: number;
};

export type Wishes = {
  /** So many prompts at once. */
  atOnce: number;
  /** Of each session. */
  prompts: number;
  /** Sessions in use at once. */
  seats?: number;
  limits: readonly (number | null)[];
  modes: readonly string[];
  deadlineMs: number;
  /** Share of threads that are told to stop. */
  stops: number;
  /** Share of accepted prompts that are sent again with their key. */
  repeats: number;
  /** Ends by itself after so many prompts. */
  most?: number;
};

export type Crowd = {
  asks: Ask[];
  seats: Seat[];
  line: Line;
  /** Ask nothing new; those who follow go on. */
  stop(): void;
  /** All have been asked and told the end; false when not within the time. */
  home(ms: number): Promise<boolean>;
};

const subjects = [
  "Why is the sky blue?",
  "Write a function that merges two sorted lists.",
  "Compare TCP and UDP for a video game.",
  "What is 17 times 23, step by step?",
  "Translate 'good morning, friends' into French.",
  "Name three causes of inflation and weigh them.",
];

export function openCrowd(door: () => string, chance: Chance, wishes: Wishes): Crowd {
  const line = lineTo(door);
  const asks: Ask[] = [];
  const seats: Seat[] = [];
  const free: Seat[] = [];
  const openFor = seating(line, chance, wishes, seats, free);
  let stopped = false;
  let asked = 0;
  const more = () => !stopped && asked < (wishes.most ?? Number.POSITIVE_INFINITY);
  const person = async () => {
    while (more()) {
      const number = ++asked;
      const seat = await openFor();
      const ask: Ask = {
        mark: `[${seat.tag}.T${number}]`,
        ...{ seat, mode: chance.of(wishes.modes), threadId: null, otherIds: [] },
        ...{ refusal: null, followers: [], askedAt: Date.now() },
      };
      asks.push(ask);
      await lifeOf(ask, line, chance, wishes);
    }
  };
  const all = Promise.all(Array.from({ length: wishes.atOnce }, person));
  all.catch((error: unknown) => console.error("a client failed:", error));
  return {
    asks,
    seats,
    line,
    stop: () => {
      stopped = true;
    },
    home: (ms) => Promise.race([all.then(() => true), pause(ms, false, { ref: false })]),
  };
}

/** A session with room for another prompt; new ones as the old fill up, several in use at once. */
function seating(line: Line, chance: Chance, wishes: Wishes, seats: Seat[], free: Seat[]): () => Promise<Seat> {
  let opened = 0;
  const next = async () => {
    const open = free.filter(({ asked }) => asked < wishes.prompts);
    free.splice(0, free.length, ...open);
    if (free.length >= (wishes.seats ?? Math.max(2, wishes.atOnce / 4))) return chance.of(free);
    const tag = `S${++opened}`;
    const limit = wishes.limits[opened % wishes.limits.length] ?? null;
    const reply = await line.insist("/api/sessions/", {
      method: "POST",
      body: { settings: { cost_limit: limit, deadline_ms: wishes.deadlineMs } },
    });
    const seat: Seat = { id: String(reply.body["id"]), tag, limit, asked: 0 };
    if (reply.status !== 201) throw new Error(`no session: ${reply.status} ${JSON.stringify(reply.body)}`);
    seats.push(seat);
    free.push(seat);
    return seat;
  };
  // One after another, or all who come at once would open one each.
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const seat = last.then(async () => {
      const found = await next();
      found.asked++;
      return found;
    });
    last = seat.catch(() => undefined);
    return seat;
  };
}

async function lifeOf(ask: Ask, line: Line, chance: Chance, wishes: Wishes): Promise<void> {
  const body = {
    ...{ prompt: `${ask.mark} ${chance.of(subjects)}`, session_id: ask.seat.id, mode: ask.mode },
    ...(chance.hits(0.7) && { context_mode: "none" }),
  };
  const post = { method: "POST", body, headers: { "idempotency-key": randomUUID() } };
  const reply = await line.insist("/api/orchestrate/prompt", post);
  if (reply.status !== 202) {
    ask.refusal = reply.status;
    return;
  }
  ask.threadId = String(reply.body["thread_id"]);
  const following = Array.from({ length: chance.hits(0.3) ? 2 : 1 }, () => followed(ask, line));
  if (chance.hits(wishes.stops)) {
    await pause(chance.between(0, 300));
    await line.insist(`/api/orchestrate/stop/${ask.threadId}`, { method: "PUT", body: { when: "now" } });
  }
  if (chance.hits(wishes.repeats)) {
    const again = await line.insist("/api/orchestrate/prompt", post);
    if (again.body["thread_id"] !== ask.threadId) ask.otherIds.push(`${again.status} ${again.body["thread_id"]}`);
  }
  await Promise.all(following);
}

const soon = (ms: number, signal: AbortSignal | undefined) =>
  pause(Math.min(ms, 200), undefined, { ...(signal && { signal }) });

async function followed(ask: Ask, line: Line): Promise<void> {
  const follower: Follower = { events: [], ended: false, trouble: null };
  ask.followers.push(follower);
  const client = createClient({
    baseUrl: "http://door",
    fetch: line.watchedFetch((trouble) => (follower.trouble ??= trouble)),
    pace: { wait: soon },
  });
  try {
    for await (const event of client.follow(ask.threadId ?? "", { maxAttempts: 100_000 }))
      if (event.seq !== null)
        follower.events.push({ id: String(event.id), seq: event.seq, type: event.event_type, details: event.details });
    follower.ended = true;
  } catch (error) {
    follower.trouble ??= `gave up: ${error}`;
  }
}
