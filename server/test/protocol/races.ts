/**
 * Two transactions at once, from a state where either could come next: the database must be where one order of the two leads,
 * and both answers must be those of that order. On a server they run at the same time; the embedded database takes them in a group.
 */
import assert from "node:assert/strict";
import type { Database } from "../../src/store/database.ts";
import * as books from "./books.ts";
import type { DriveCase } from "./drive-cases.ts";
import { assertAnswer, booksFor, found, openStage, perform, type Shown, type Stage } from "./driver.ts";
import { expected, type Log, newLog } from "./expected.ts";
import { explore, type Graph, type Move } from "./search.ts";
import type { Rules, State } from "./state.ts";
import { type Action, protocolWorld, tell } from "./world.ts";

export type Race = { way: readonly Move<State, Action>[]; from: State; pair: readonly [Action, Action] };

/**
 * Throws at the first race whose outcome neither order explains. Answers how many were run, of how many kinds (the two
 * transactions and their answers); at most `ofAKind`, each from another state.
 */
export async function race(
  database: Database,
  { rules }: DriveCase,
  ofAKind = 1,
): Promise<{ races: number; kinds: number }> {
  const kinds = racesIn(rules, ofAKind);
  const ledger = booksFor(database, rules.alone);
  const races = [...kinds.values()].flat();
  for (const one of races) await runRace(await openStage(database, ledger, rules), one);
  return { races: races.length, kinds: kinds.size };
}

function racesIn(rules: Rules, ofAKind: number): Map<string, Race[]> {
  const { graph } = explore(protocolWorld(rules), true);
  const wayTo = waysIn(graph);
  const out = new Map<number, Move<State, Action>[]>();
  for (const [i, from] of graph.from.entries()) {
    const move = graph.all[i];
    if (move && isTransaction(move.action)) out.set(from, [...(out.get(from) ?? []), move]);
  }
  const kinds = new Map<string, Race[]>();
  for (const [state, moves] of out)
    for (const [i, { action: a }] of moves.entries())
      for (const { action: b } of moves.slice(i + 1)) {
        const kind = [a, b].map((one) => `${one.type} ${"answer" in one ? one.answer : ""}`).join(" / ");
        const known = kinds.get(kind) ?? [];
        const from = graph.states[state];
        if (known.length >= ofAKind || !from || isSameActor(a, b)) continue;
        kinds.set(kind, [...known, { way: wayTo(state), from, pair: [a, b] }]);
      }
  return kinds;
}

const isTransaction = ({ type }: Action): boolean =>
  !["send", "crash", "stall", "listen", "look", "lapse", "deadline"].includes(type);

/** A worker does one thing after another, but for its calls, which end when they end. */
const isSameActor = (a: Action, b: Action): boolean =>
  "worker" in a &&
  "worker" in b &&
  a.worker === b.worker &&
  !(a.type === "settle" && b.type === "settle" && a.row !== b.row);

/** The way by which a state was found first, which is the shortest. */
function waysIn({ from, to, all }: Graph<State, Action>): (state: number) => Move<State, Action>[] {
  const cameBy = new Map<number, number>();
  for (const [move, state] of to.entries()) if (!cameBy.has(state)) cameBy.set(state, move);
  return (state) => {
    const way: Move<State, Action>[] = [];
    for (let at = state; at !== 0; ) {
      const move = cameBy.get(at) ?? 0;
      way.unshift(all[move] as Move<State, Action>);
      at = from[move] ?? 0;
    }
    return way;
  };
}

async function runRace(stage: Stage, { way, from, pair: [a, b] }: Race): Promise<void> {
  const { rules } = stage;
  let state = protocolWorld(rules).start;
  let logs = state.threads.map(() => newLog);
  for (const { action, next } of way) {
    await perform(stage, state, action);
    logs = expected(rules, state, action, next, logs).logs;
    state = next;
  }
  const cursors = logs.map(({ last }) => last);
  const codes = await Promise.all([perform(stage, from, a), perform(stage, from, b)]);
  const shown = await found(stage, cursors);
  const faults: unknown[] = [];
  for (const order of ordersOf(a, b)) {
    const outcome = inOrder(rules, from, order, logs);
    try {
      assert.deepEqual(shown, outcome.shown);
      for (const [i, { action }] of order.entries())
        assertAnswer(codes[action === a ? 0 : 1] ?? null, outcome.answers[i] ?? "");
      return;
    } catch (error) {
      faults.push(error);
    }
  }
  const told = [...way.map(({ action }) => action), a, b].map(tell).join("\n  ");
  throw new AggregateError(faults, `no order of the last two explains what the database has after\n  ${told}`);
}

/** `aside`: it answers, and writes nothing. */
type Turn = { action: Action; aside?: boolean };

/** A renewal steps aside for whoever is writing the row: it tells what was committed until then, and the lease stays as it is. */
const ordersOf = (a: Action, b: Action): Turn[][] => [
  [{ action: a }, { action: b }],
  [{ action: b }, { action: a }],
  ...(a.type === "renew" ? [[{ action: a, aside: true }, { action: b }]] : []),
  ...(b.type === "renew" ? [[{ action: b, aside: true }, { action: a }]] : []),
];

function inOrder(rules: Rules, from: State, order: readonly Turn[], logs: readonly Log[]) {
  let [state, grown] = [from, logs];
  const events = from.threads.map((): [number, string][] => []);
  const answers: string[] = [];
  let threads: Shown["threads"] = [];
  for (const { action, aside } of order) {
    const after = transact(rules, state, action);
    const next = aside ? state : after.state;
    const then = expected(rules, state, after.action, next, grown);
    for (const [i, t] of then.threads.entries()) events[i]?.push(...t.events);
    [state, grown, threads] = [next, then.logs, then.threads];
    answers.push(after.answer);
  }
  const { spent, held, unconfirmed, overrun, active } = state;
  const shown: Shown = {
    session: { spent, held, unconfirmed, overrun, active },
    threads: threads.map((t, i) => ({ ...t, events: events[i] ?? [] })),
  };
  return { shown, answers };
}

/** What an action's transaction does by itself, wherever it comes; the action has the answer it then gets. */
function transact(rules: Rules, state: State, action: Action): books.Written & { action: Action } {
  const written = ((): books.Written => {
    switch (action.type) {
      case "take":
        return books.take(rules, state, action.thread);
      case "begin anew":
        return books.take(rules, state, action.thread, action.epoch);
      case "reserve":
        return books.reserve(rules, state, action);
      case "settle":
        return books.settle(rules, state, action);
      case "finish":
        return books.finish(rules, state, action);
      case "renew":
        return books.renew(rules, state, action.thread, action.epoch);
      case "record":
        return books.renew(rules, state, action.thread, action.epoch);
      case "release":
        return books.release(rules, state, action.thread, action.epoch);
      case "stop":
        return books.stop(state, action.thread, action.when);
      case "feedback":
        return books.giveFeedback(state, action.thread);
      case "iteration":
        return books.askIteration(rules, state, action.thread);
      case "end session":
        return books.endSession(state);
      default:
        throw new Error(`${action.type} is no transaction`);
    }
  })();
  const answer = action.type === "record" && written.answer === "renewed" ? "recorded" : written.answer;
  return { ...written, answer, action: { ...action, answer } as Action };
}
