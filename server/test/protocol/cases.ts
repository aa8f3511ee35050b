/** The worlds that are explored: what can happen in each, and which promises break when a rule of the protocol is left out. */
import { explore } from "./search.ts";
import { asDesigned, type Outcome, type Rules } from "./state.ts";
import { protocolWorld, tell } from "./world.ts";

export const ends = {
  cheap: { how: "usage", bill: 1 },
  whole: { how: "usage", bill: 2 },
  larger: { how: "usage", bill: 3 },
  useless: { how: "useless", bill: 1 },
  free: { how: "free", bill: 0 },
  cut: { how: "cut", bill: 2 },
} as const satisfies Record<string, Outcome>;

/** One thread, two workers, an author and an evaluator, money for three calls, and nothing goes wrong. */
const plain: Rules = {
  ...asDesigned,
  ...{
    threads: 1,
    slots: [0, 0],
    alone: false,
    limit: 6,
    threadLimit: null,
    reserved: 2,
    headroom: 0,
    evaluators: 1,
    attempts: 2,
    iterations: 1,
  },
  ...{ outcomes: [ends.cheap], asking: [], luck: {}, refusals: false },
};

export const world = (change: Partial<Rules>): Rules => ({ ...plain, ...change });

const two = { threads: 2, slots: [0, 1] };

const takeovers = world({ luck: { crashes: 1, lapses: 1 }, outcomes: [ends.cheap, ends.whole] });
const together = world({ ...takeovers, evaluators: 2, outcomes: [ends.cheap] });
const endings = world({ luck: { lapses: 1, stalls: 1 }, outcomes: [ends.cheap, ends.free, ends.cut] });
const bills = world({ luck: { crashes: 1, lapses: 1 }, outcomes: [ends.cheap, ends.useless, ends.larger], limit: 8 });
const leaving = world({ luck: { crashes: 1, lapses: 1, releases: 1, repeats: 1 } });
const faults = world({ ...two, limit: 5, luck: { faults: 1, lapses: 1 } });
const embedded = world({ slots: [0], alone: true, luck: { crashes: 3, faults: 1 }, outcomes: [ends.cheap, ends.cut] });
const waiting = world({ ...two, limit: 4, evaluators: 2, outcomes: [ends.cheap, ends.free] });
const waitingLong = world({ ...two, limit: 5, luck: { crashes: 1 }, outcomes: [ends.cheap, ends.free] });
const stops = world({
  asking: ["stop", "stop_after_iteration"],
  iterations: 2,
  luck: { crashes: 1, lapses: 1, asks: 2 },
});
const oneStop = world({ ...stops, luck: { crashes: 1, asks: 1 } });
const feedback = world({
  ...{ asking: ["stop_after_iteration", "feedback", "iteration"], iterations: 3, limit: 20 },
  luck: { crashes: 1, asks: 3 },
});
const endOfSession = world({ ...two, asking: ["end", "stop"], limit: 5, luck: { asks: 2 } });
const deadlines = world({ ...two, limit: 4, luck: { deadlines: 1, lapses: 1 } });

/** `breaks`: the promises, and "ends" where a thread can wait for ever. `large`: too slow for the suite. */
export type Case = { name: string; rules: Rules; breaks: readonly string[]; large?: boolean };

export const protocolCases: readonly Case[] = [
  { name: "one worker after another", rules: takeovers, breaks: [] },
  { name: "two evaluators at once", rules: together, breaks: [] },
  { name: "every way a call can end", rules: endings, breaks: [] },
  { name: "bills larger than reserved", rules: bills, breaks: [] },
  { name: "leaving, and answers that never come back", rules: leaving, breaks: [] },
  { name: "faults on our side", rules: faults, breaks: [] },
  { name: "one process alone, restarted", rules: embedded, breaks: [] },
  { name: "a thread's own limit", rules: { ...takeovers, threadLimit: 4 }, breaks: [] },
  { name: "two threads wait for money", rules: waiting, breaks: [] },
  { name: "two threads wait for money, and crash", rules: waitingLong, breaks: [] },
  {
    name: "two threads wait for money, and only calls and threads that end wake them",
    ...{ rules: { ...waitingLong, wakes: ["settle", "finish"] }, breaks: [] },
  },
  { name: "stops", rules: stops, breaks: [] },
  { name: "feedback and one more iteration", rules: feedback, breaks: [] },
  { name: "the end of a session", rules: endOfSession, breaks: [] },
  { name: "deadlines", rules: deadlines, breaks: [] },
  {
    name: "two evaluators at once, two crashes, two lapses",
    ...{ rules: { ...together, luck: { crashes: 2, lapses: 2 } }, breaks: [], large: true },
  },
  {
    name: "every way two evaluators can end",
    ...{ rules: { ...endings, evaluators: 2, limit: 8, luck: { crashes: 1, lapses: 1 } }, breaks: [], large: true },
  },
  {
    name: "two threads with deadlines, stops and the end of the session",
    rules: {
      ...endOfSession,
      evaluators: 1,
      outcomes: [ends.cheap, ends.cut],
      luck: { crashes: 1, asks: 2, deadlines: 1 },
    },
    ...{ breaks: [], large: true },
  },
];

const loses = (name: string, rules: Rules, change: Partial<Rules>, breaks: readonly string[]): Case => ({
  name,
  rules: { ...rules, ...change },
  breaks,
});

/** Each leaves one rule out, in the smallest world that shows why it is there. */
export const losingCases: readonly Case[] = [
  loses("a take-over releases what is held", takeovers, { takeover: "release" }, [
    "what providers bill is in the books",
  ]),
  loses("a take-over sends pending calls again", takeovers, { takeover: "resend" }, [
    "a completed step is not sent again",
    "what providers bill is in the books",
  ]),
  loses("a thread is taken though its lease is valid", world({}), { takeLeased: true }, [
    "a completed step is not sent again",
    "no thread is taken while its lease is valid",
  ]),
  loses("a call is settled whatever became of its row", takeovers, { settle: "blind" }, [
    "a completed step is not sent again",
    "a thread's money is that of its rows",
    "no amount is below zero",
    "nothing is held once a thread has ended",
    "one attempt of a step is live",
  ]),
  loses("reserving asks for no epoch", takeovers, { fence: false }, [
    "a completed step is not sent again",
    "every thread ends",
    "only the worker that has the thread reserves",
  ]),
  loses("a call reserved long ago is sent", takeovers, { fresh: false }, ["a completed step is not sent again"]),
  loses("finishing does not look for requests", feedback, { finishLooks: false }, [
    "every request is read before the end",
    "no feedback is lost",
  ]),
  loses("finishing does not wait for pending calls", { ...takeovers, refusals: true }, { finishWaits: false }, [
    "nothing is held once a thread has ended",
  ]),
  loses("reserving marks requests as read that nobody read", feedback, { marks: "all" }, ["no feedback is lost"]),
  loses("reserving does not mark what it works in", feedback, { marks: "nothing" }, ["no feedback is worked in twice"]),
  loses("what is worked in is marked before the reservation", feedback, { marks: "early" }, ["no feedback is lost"]),
  loses("reserving does not see a stop", oneStop, { stopFirst: false }, [
    "nothing is reserved after a stop, the deadline or the end",
  ]),
  loses(
    "reserving sees neither a stop nor the session's end",
    world({ asking: ["end"], luck: { asks: 1 } }),
    { stopFirst: false, endFirst: false },
    ["nothing is reserved after a stop, the deadline or the end"],
  ),
  loses("a stop takes no lock", oneStop, { stopLocks: false }, ["every request is read before the end"]),
  loses("a stage is reserved piece by piece", waiting, { stage: "piece by piece" }, ["every thread ends"]),
  loses("whoever is refused gives up at once", waiting, { short: "give up" }, [
    "nobody is refused what will fit once others have settled",
  ]),
  loses("a worker listens only once it was refused", waiting, { listens: "after" }, ["every thread ends"]),
  loses("nothing wakes whoever waits", waiting, { wakes: [] }, ["every thread ends"]),
  loses("only a call that ends wakes whoever waits", waitingLong, { wakes: ["settle", "late"] }, ["every thread ends"]),
  loses("two ask for one more iteration and both get it", { ...feedback, luck: { asks: 2 } }, { reopen: "blind" }, [
    "one end each time it runs",
  ]),
];

export type Result = { states: number; moves: number; finals: number; broken: Map<string, readonly string[]> };

/** Every broken promise with the shortest way to it. */
export function run({ rules }: Case): Result {
  const { states, moves, finals, deadEnds, stuck, broken } = explore(protocolWorld(rules));
  const told = new Map([...broken].map(([promise, trace]) => [promise, trace.map(tell)] as const));
  if (deadEnds.length > 0 || stuck.count > 0) told.set("every thread ends", stuck.trace.map(tell));
  return { states, moves, finals, broken: told };
}
