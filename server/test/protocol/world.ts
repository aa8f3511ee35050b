/** The protocol as a world to explore: its workers, the door, and the passing of time. */
import * as books from "./books.ts";
import { brokenPromises } from "./promises.ts";
import type { Move, World } from "./search.ts";
import { type Ask, keyOf, type Rules, type State, startOf, type When } from "./state.ts";
import { aged, type WorkerAction, withWorker, workerMoves } from "./workers.ts";

export type DoorAction =
  | { type: "stop"; thread: number; when: When; answer: string }
  | { type: "feedback" | "iteration"; thread: number; answer: string }
  | { type: "look for a stop" | "write a stop"; thread: number }
  | { type: "end session"; answer: string };

export type TimeAction = { type: "lapse" | "deadline"; thread: number };

export type Action = WorkerAction | DoorAction | TimeAction;

export const protocolWorld = (rules: Rules): World<State, Action> => ({
  start: startOf(rules),
  key: keyOf,
  *moves(state) {
    for (const worker of state.workers.keys()) yield* workerMoves(rules, state, worker);
    for (const thread of state.threads.keys()) {
      yield* timeMoves(rules, state, thread);
      for (const ask of rules.asking) if (ask !== "end") yield* askMoves(rules, state, thread, ask);
    }
    if (rules.asking.includes("end")) yield* endMoves(rules, state);
    if (state.stopping !== null) yield writeStop(state, state.stopping);
  },
  broken: (before, move) => brokenPromises(rules, before, move, isFinal(move.next)),
  final: isFinal,
});

/** Every thread has ended, and every worker has gone home. */
const isFinal = ({ threads, workers, stopping }: State): boolean =>
  stopping === null && threads.every(({ ending }) => ending !== null) && workers.every(({ epoch }) => epoch === 0);

function* timeMoves(rules: Rules, state: State, thread: number): Generator<Move<State, TimeAction>> {
  const t = books.threadOf(state, thread);
  if (t.ending !== null) return;
  const { luck } = state;
  const owner = state.workers.findIndex((w, i) => rules.slots[i] === thread && w.epoch === t.epoch && w.epoch > 0);
  const lapsed = books.withThread(state, thread, { leased: false });
  const lapse = { type: "lapse", thread } as const;
  if (t.leased && owner < 0) yield { action: lapse, next: lapsed };
  else if (t.leased && luck.lapses > 0) {
    const spent = { ...lapsed, luck: { ...luck, lapses: luck.lapses - 1 } };
    const calls = state.workers[owner]?.calls.map((call) => (rules.fresh ? aged(call) : call)) ?? [];
    yield { action: lapse, next: withWorker(rules, spent, owner, { calls }), chance: true };
  }
  if (luck.deadlines > 0 && !t.overdue) {
    const next = books.withThread(state, thread, { overdue: true });
    const spent = { ...next, luck: { ...luck, deadlines: luck.deadlines - 1 } };
    yield { action: { type: "deadline", thread }, next: called(rules, spent, thread), chance: true };
  }
}

/** Whoever works on the thread is told: it need not wait any longer. */
const called = (rules: Rules, state: State, thread: number): State => ({
  ...state,
  workers: state.workers.map((w, i) =>
    rules.slots[i] === thread && w.waiting === "waiting" ? { ...w, waiting: "no" } : w,
  ),
});

type DoorMove = Move<State, DoorAction>;

function* askMoves(rules: Rules, state: State, thread: number, ask: Exclude<Ask, "end">): Generator<DoorMove> {
  const { luck } = state;
  const spend = (next: State): State => ({ ...next, luck: { ...luck, asks: luck.asks - 1 } });
  if (ask === "stop" && !rules.stopLocks) {
    if (state.stopping === null && luck.asks > 0 && books.threadOf(state, thread).ending === null)
      yield { action: { type: "look for a stop", thread }, next: spend({ ...state, stopping: thread }), chance: true };
    return;
  }
  const when = ask === "stop" ? "now" : "after_iteration";
  const { answer, state: next } =
    ask === "feedback"
      ? books.giveFeedback(state, thread)
      : ask === "iteration"
        ? books.askIteration(rules, state, thread)
        : books.stop(state, thread, when);
  const action: DoorAction =
    ask === "feedback" || ask === "iteration" ? { type: ask, thread, answer } : { type: "stop", thread, when, answer };
  if (next === state) {
    if (rules.refusals) yield { action, next, chance: true };
  } else if (luck.asks > 0) yield { action, next: called(rules, spend(next), thread), chance: true };
}

function writeStop(state: State, thread: number): DoorMove {
  const { requests } = books.threadOf(state, thread);
  const next = books.withThread(state, thread, { stop: "now", requests: requests + 1 });
  return { action: { type: "write a stop", thread }, next: { ...next, stopping: null } };
}

function* endMoves(rules: Rules, state: State): Generator<DoorMove> {
  const { answer, state: next } = books.endSession(state);
  const action = { type: "end session", answer } as const;
  const { luck } = state;
  if (next === state) {
    if (rules.refusals) yield { action, next, chance: true };
  } else if (luck.asks > 0) {
    const all = state.threads.reduce((so, _, thread) => called(rules, so, thread), next);
    yield { action, next: { ...all, luck: { ...luck, asks: luck.asks - 1 } }, chance: true };
  }
}

/** One line for a person. */
export const tell = ({ type, ...rest }: Action): string =>
  `${type} ${Object.entries(rest)
    .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(" ")}`;
