/** Worlds small enough that every move of theirs can be made against the real database. */
import { ends, world } from "./cases.ts";
import type { Move } from "./search.ts";
import type { Rules, State } from "./state.ts";
import type { Action } from "./world.ts";

/** What the database never hears of. */
const isSilent = ({ type }: Action): boolean =>
  type === "send" || type === "crash" || type === "stall" || type === "listen";

/** A move as the database sees it: its rows, and what it is asked. Moves that differ in a worker's memory alone are one. */
export function asSeen({ active, threads, ...session }: State, { action }: Move<State, Action>): string | null {
  if (isSilent(action)) return null;
  const money = [session.spent, session.held, session.unconfirmed, session.overrun, active];
  const rows = threads.map((t) => ({
    ...{ ...t, opened: 0 },
    rows: t.rows.map((row) => ({ ...row, bill: 0 })),
    wishes: t.wishes.map((wish) => ({ ...wish, rounds: 0 })),
  }));
  return JSON.stringify([money, rows, { ...action, worker: 0 }]);
}

export type DriveCase = { name: string; rules: Rules; large?: boolean };

const refusals = true;
const two = { threads: 2, slots: [0, 1] };

const one = { ...{ attempts: 1, refusals }, limit: 4 };

const feedback = { ...one, slots: [0], evaluators: 0, iterations: 2, limit: 20 } as const;
const session = { ...two, ...one, evaluators: 0, limit: 3 } as const;

export const driveCases: readonly DriveCase[] = [
  {
    name: "take-overs and late settlements",
    rules: world({ ...one, attempts: 2, evaluators: 0, limit: 3, luck: { crashes: 1, lapses: 1 } }),
  },
  {
    name: "every way a call can end",
    rules: world({ ...one, limit: 6, evaluators: 0, luck: { lapses: 1, stalls: 1 }, outcomes: Object.values(ends) }),
  },
  { name: "two evaluators", rules: world({ ...one, slots: [0], evaluators: 2, limit: 5, luck: { crashes: 1 } }) },
  { name: "leaving", rules: world({ ...one, evaluators: 0, luck: { releases: 1, repeats: 1, lapses: 1 } }) },
  { name: "faults on our side", rules: world({ ...one, evaluators: 0, luck: { faults: 1, lapses: 1 } }) },
  {
    name: "one process alone",
    rules: world({ ...one, slots: [0], alone: true, threadLimit: 3, luck: { crashes: 2, faults: 1 } }),
  },
  {
    name: "waiting for money",
    rules: world({ ...two, limit: 4, headroom: 1, attempts: 1, luck: { crashes: 1 } }),
  },
  {
    name: "stops",
    rules: world({ ...one, slots: [0], asking: ["stop", "stop_after_iteration"], luck: { asks: 2 } }),
  },
  {
    name: "feedback and one more iteration",
    rules: world({ ...feedback, asking: ["feedback", "iteration"], luck: { asks: 2 } }),
  },
  {
    name: "feedback in two iterations",
    rules: world({ ...feedback, iterations: 3, refusals: false, asking: ["feedback"], luck: { asks: 2 } }),
  },
  {
    name: "the end of a session",
    rules: world({ ...session, refusals: false, asking: ["end"], luck: { asks: 1 } }),
  },
  { name: "deadlines", rules: world({ ...one, slots: [0], evaluators: 2, limit: 5, luck: { deadlines: 1 } }) },
  {
    name: "take-overs with evaluators",
    rules: world({ ...one, evaluators: 2, limit: 7, luck: { crashes: 1, lapses: 1 } }),
    large: true,
  },
  {
    name: "every way a call and its evaluator can end",
    rules: world({ ...one, limit: 6, luck: { lapses: 1, stalls: 1, repeats: 1 }, outcomes: Object.values(ends) }),
    large: true,
  },
  {
    name: "two evaluators, retries and crashes",
    rules: world({ refusals, evaluators: 2, limit: 6, luck: { crashes: 1, lapses: 1 } }),
    large: true,
  },
  {
    name: "two threads wait, retry and fail",
    rules: world({ ...two, limit: 4, headroom: 1, outcomes: [ends.cheap, ends.free], luck: { crashes: 1 } }),
    large: true,
  },
  {
    name: "stops, feedback and one more iteration",
    rules: world({ ...feedback, asking: ["stop", "feedback", "iteration"], luck: { asks: 3 } }),
    large: true,
  },
  {
    name: "the end of a session, and iterations",
    rules: world({ ...session, iterations: 2, asking: ["end", "iteration"], luck: { asks: 2 } }),
    large: true,
  },
];

/** Where two at once are telling. */
export const raceCases: readonly DriveCase[] = [
  {
    name: "two workers, a stop, feedback",
    rules: world({
      ...one,
      refusals: false,
      evaluators: 0,
      asking: ["stop", "feedback"],
      luck: { lapses: 1, asks: 1, faults: 1 },
    }),
  },
  {
    name: "two evaluators that end together, and a stop",
    rules: world({
      ...one,
      refusals: false,
      evaluators: 2,
      limit: 6,
      asking: ["stop", "iteration"],
      iterations: 2,
      luck: { lapses: 1, asks: 1 },
    }),
  },
  {
    name: "two threads that want the last money, and the end of their session",
    rules: world({
      ...two,
      attempts: 1,
      limit: 3,
      evaluators: 0,
      iterations: 2,
      asking: ["end", "iteration"],
      luck: { asks: 2 },
    }),
  },
];
