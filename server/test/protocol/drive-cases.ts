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
  const rows = threads.map((t) => ({ ...t, heard: 0, opened: 0, rows: t.rows.map((row) => ({ ...row, bill: 0 })) }));
  return JSON.stringify([money, rows, { ...action, worker: 0 }]);
}

export type DriveCase = { name: string; rules: Rules; large?: boolean };

const refusals = true;
const two = { threads: 2, slots: [0, 1] };

export const driveCases: readonly DriveCase[] = [
  { name: "crash, lapse and late settlement", rules: world({ attempts: 1, luck: { crashes: 1, lapses: 1 }, limit: 4, refusals }) },
  { name: "two evaluators", rules: world({ evaluators: 2, luck: { lapses: 1 }, limit: 6, outcomes: [ends.cheap], refusals }) },
  { name: "endings", rules: world({ evaluators: 1, attempts: 1, luck: { lapses: 1, stalls: 1 }, outcomes: [ends.cheap, ends.free, ends.cut, ends.useless, ends.larger], refusals }) },
  { name: "leaving", rules: world({ attempts: 1, luck: { releases: 1, repeats: 1, lapses: 1 }, refusals }) },
  { name: "waiting", rules: world({ ...two, limit: 4, headroom: 1, outcomes: [ends.cheap, ends.free], luck: {} }) },
  { name: "stops", rules: world({ slots: [0], attempts: 1, asking: ["stop", "stop_after_iteration"], luck: { asks: 2 }, refusals }) },
  { name: "feedback", rules: world({ slots: [0], evaluators: 0, attempts: 1, iterations: 2, limit: 20, asking: ["feedback", "iteration"], luck: { asks: 2 }, refusals }) },
  { name: "end", large: true, rules: world({ ...two, evaluators: 0, attempts: 1, limit: 3, asking: ["end", "iteration"], luck: { asks: 2, deadlines: 1 }, iterations: 2 }) },
];
