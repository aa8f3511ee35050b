/** What a worker does next, from what it remembers and the rows it reads; and what can happen to it. */
import * as books from "./books.ts";
import { iterationOf, threadOf } from "./books.ts";
import type { Move } from "./search.ts";
import {
  type Call,
  nobody,
  type Outcome,
  type Reason,
  type Rules,
  type State,
  type Thread,
  type Wish,
  type Worker,
} from "./state.ts";

/** Of worker `worker`, about thread `thread`; `answer` is the code the books gave. */
export type WorkerAction = { worker: number; thread: number } & (
  | { type: "take" | "renew" | "release" | "record" | "begin anew"; epoch: number; answer: string }
  | { type: "reserve"; epoch: number; steps: readonly number[]; read: number | null; answer: string }
  | { type: "send"; row: number; outcome: Outcome }
  | ({ type: "settle"; epoch: number; again: boolean; answer: string } & books.Settlement)
  | { type: "finish"; epoch: number; read: number; reason: Reason; answer: string }
  | { type: "look"; read: number }
  | { type: "listen" | "stall" | "crash" }
);

type Step = Move<State, WorkerAction>;

/** What every kind of move of one worker needs. */
type At = { rules: Rules; state: State; worker: number; thread: number; w: Worker; t: Thread };

export function* workerMoves(rules: Rules, state: State, worker: number): Generator<Step> {
  const thread = rules.slots[worker] ?? 0;
  const w = state.workers[worker] ?? nobody(rules);
  const at: At = { rules, state, worker, thread, w, t: threadOf(state, thread) };
  if (w.epoch === 0) return yield* takes(at);
  for (const call of w.calls) yield* callMoves(at, call);
  if (!w.fenced) yield* nextMoves(at);
  yield* accidents(at);
}

export const withWorker = (rules: Rules, state: State, worker: number, change: Partial<Worker>): State => ({
  ...state,
  workers: state.workers.map((one, i) => (i === worker ? settled(rules, { ...one, ...change }) : one)),
});

/** Once it knows that the thread is not its own, and all its calls have ended, a worker is free again. */
const settled = (rules: Rules, w: Worker): Worker => (w.fenced && w.calls.length === 0 ? nobody(rules) : w);

/** Money of the session has moved: whoever listens asks again. */
const wake = (rules: Rules, state: State, by: Rules["wakes"][number]): State =>
  rules.wakes.includes(by)
    ? { ...state, workers: state.workers.map((w) => (w.waiting === "waiting" ? { ...w, waiting: "no" } : w)) }
    : state;

function* takes({ rules, state, worker, thread, t }: At): Generator<Step> {
  const isHeld = state.workers.some((w, i) => rules.slots[i] === thread && w.epoch === t.epoch && w.epoch > 0);
  if (rules.alone && isHeld) return;
  const { answer, state: next } = books.take(rules, state, thread);
  const action = { type: "take", worker, thread, epoch: t.epoch + 1, answer } as const;
  if (answer !== "taken") {
    if (rules.refusals) yield { action, next: state, chance: true };
    return;
  }
  const resent = rules.takeover === "resend" ? t.rows.flatMap((r, row) => (r.status === "pending" ? [row] : [])) : [];
  const calls = resent.map((row): Call => ({ row, phase: "reserved", outcome: null }));
  yield { action, next: wake(rules, withWorker(rules, next, worker, { epoch: t.epoch + 1, calls }), "take") };
}

/** Calls are a set, kept in the order of their rows. */
const without = (w: Worker, call: Call, change?: Partial<Call>): readonly Call[] =>
  w.calls.flatMap((one) => (one !== call ? [one] : change ? [{ ...one, ...change }] : []));

function* callMoves(at: At, call: Call): Generator<Step> {
  const { rules, state, worker, thread, w, t } = at;
  const row = call.row;
  if (call.phase === "reserved") {
    if (t.stop === "now" || t.overdue) yield settles(at, call, { row, status: "failed", hold: "released", cost: 0 });
    if (rules.stage === "piece by piece" && dueIn(rules, t, w).length > 0) return;
    for (const outcome of rules.outcomes) {
      const sent = withWorker(rules, state, worker, { calls: without(w, call, { phase: "sent", outcome }) });
      const rows = t.rows.map((one, i) => (i === row ? { ...one, bill: one.bill + outcome.bill } : one));
      yield { action: { type: "send", worker, thread, row, outcome }, next: books.withThread(sent, thread, { rows }) };
    }
  } else if (call.phase === "stale") yield settles(at, call, { row, status: "failed", hold: "released", cost: 0 });
  else {
    const { how, bill } = call.outcome ?? { how: "free", bill: 0 };
    const hold = how === "free" ? "released" : how === "cut" ? "unconfirmed" : "spent";
    const settlement = { row, status: how === "usage" ? "completed" : "failed", hold, cost: bill } as const;
    yield settles(at, call, settlement);
    if (call.phase === "told") return;
    if (how !== "cut" && (t.stop === "now" || t.overdue))
      yield settles(at, call, { row, status: "failed", hold: "unconfirmed", cost: 0 });
    if (state.luck.repeats > 0) yield unanswered(at, call, settlement);
  }
}

function settles(at: At, call: Call, settlement: books.Settlement): Step {
  const { rules, state, worker, thread, w } = at;
  const again = call.phase === "told";
  const { answer, state: next } = books.settle(rules, state, { thread, epoch: w.epoch, ...settlement });
  const change = { calls: without(w, call), fenced: w.fenced || answer === "late" };
  return {
    action: { type: "settle", worker, thread, epoch: w.epoch, again, ...settlement, answer },
    next: wake(rules, withWorker(rules, next, worker, change), answer === "late" ? "late" : "settle"),
  };
}

/** The settlement is in the books; its answer never comes back, so it will be told again. */
function unanswered(at: At, call: Call, settlement: books.Settlement): Step {
  const { rules, state, worker, w } = at;
  const { action, next } = settles(at, call, settlement);
  const outcome = { how: settlement.status === "completed" ? "usage" : "useless", bill: settlement.cost } as const;
  const told = settlement.hold === "spent" && "answer" in action && action.answer === "settled";
  const change = told ? { calls: without(w, call, { phase: "told", outcome }) } : {};
  const luck = { ...state.luck, repeats: state.luck.repeats - 1 };
  return { action, next: withWorker(rules, { ...next, luck }, worker, change), chance: true };
}

function* nextMoves(at: At): Generator<Step> {
  const { rules, state, worker, thread, w, t } = at;
  if (w.waiting === "refused") {
    const next = withWorker(rules, state, worker, { waiting: "waiting" });
    return yield { action: { type: "listen", worker, thread }, next };
  }
  yield* heartbeat(at);
  if (w.waiting !== "no") return;
  const plan = planOf(rules, t, w);
  if (plan === null) {
    if (rules.refusals && t.epoch === w.epoch) yield finishes(at, w.read ?? t.requests, "done");
  } else if (plan.type === "reserve") yield reserves(at, plan.steps);
  else if (plan.type === "finish") yield finishes(at, w.read ?? t.requests, plan.reason);
  else {
    const change = { read: t.requests, sawStop: t.stop !== null, sawFeedback: t.wishes.some(isUnread) };
    const marked = rules.marks === "early" ? books.withThread(state, thread, { wishes: marksEarly(t) }) : state;
    const next = withWorker(rules, marked, worker, change);
    yield { action: { type: "look", worker, thread, read: t.requests }, next };
  }
}

const isUnread = ({ iteration }: Wish): boolean => iteration === null;

const marksEarly = (t: Thread): Wish[] =>
  t.wishes.map((wish) => (isUnread(wish) ? { ...wish, iteration: iterationOf(t) + 1 } : wish));

type Plan = { type: "reserve"; steps: readonly number[] } | { type: "look" } | { type: "finish"; reason: Reason };

/** Null: there is nothing to do until a call has ended. */
export function planOf(rules: Rules, t: Thread, w: Worker): Plan | null {
  const mine = w.calls.length > 0;
  const ends = (reason: Reason): Plan => (w.read === null ? { type: "look" } : { type: "finish", reason });
  if (w.ending !== null) return mine ? null : ends(w.ending);
  const due = dueIn(rules, t, w);
  if (due.length > 0) return { type: "reserve", steps: due };
  if (mine || t.rows.some(({ status }) => status === "pending")) return null;
  const iteration = iterationOf(t);
  if (!isCompleted(t, iteration * 10)) return ends("failed");
  if (w.read === null) return { type: "look" };
  if (w.sawStop) return ends("stopped");
  const goesOn = iteration < rules.iterations && w.sawFeedback;
  return goesOn ? { type: "reserve", steps: [(iteration + 1) * 10] } : ends("done");
}

const isCompleted = (t: Thread, step: number): boolean =>
  t.rows.some((row) => row.step === step && row.status === "completed");

/** Steps of the stage under way that are neither done nor in hand, and have attempts left. */
function dueIn(rules: Rules, t: Thread, w: Worker): number[] {
  const author = iterationOf(t) * 10;
  const places = isCompleted(t, author) ? Array.from({ length: w.width }, (_, i) => author + i + 1) : [author];
  return places.filter((step) => {
    const rows = t.rows.filter((row) => row.step === step);
    const live = rows.some(({ status }) => status === "pending" || status === "completed");
    return !live && rows.length < rules.attempts;
  });
}

function reserves(at: At, due: readonly number[]): Step {
  const { rules, state, worker, thread, w, t } = at;
  const steps = rules.stage === "whole" ? due : due.slice(0, 1);
  const opens = (steps[0] ?? 0) % 10 === 0 && w.read !== null;
  const read = opens ? w.read : null;
  const { answer, state: next } = books.reserve(rules, state, {
    thread,
    epoch: w.epoch,
    steps,
    read,
  });
  const action = { type: "reserve", worker, thread, epoch: w.epoch, steps, read, answer } as const;
  const then = (change: Partial<Worker>): Step => ({ action, next: withWorker(rules, next, worker, change) });
  if (answer === "fenced") return then({ fenced: true });
  if (answer === "wait") return then({ waiting: rules.listens === "before" ? "waiting" : "refused" });
  if (answer === "stopped" || answer === "session_ended") return then({ ending: "stopped", read: null });
  if (answer === "deadline") return then({ ending: "deadline", read: null });
  if (answer === "cost_limit")
    return then(steps.length > 1 ? { width: w.width - 1 } : { ending: "cost_limit", read: null });
  const fresh = steps.map((_, i): Call => ({ row: t.rows.length + i, phase: "reserved", outcome: null }));
  const forgets = opens ? { read: null, sawStop: false, sawFeedback: false, width: rules.evaluators } : {};
  return then({ calls: [...w.calls, ...fresh], ...forgets });
}

function finishes(at: At, read: number, reason: Reason): Step {
  const { rules, state, worker, thread, w } = at;
  const { answer, state: next } = books.finish(rules, state, {
    thread,
    epoch: w.epoch,
    read,
    reason,
  });
  const action = { type: "finish", worker, thread, epoch: w.epoch, read, reason, answer } as const;
  if (answer === "pending") return { action, next, chance: true };
  const change = answer === "asked_again" ? { read: null, sawStop: false, sawFeedback: false } : { fenced: true };
  return { action, next: wake(rules, withWorker(rules, next, worker, change), "finish") };
}

/** Every few seconds: the lease is kept, or the worker learns that it lost the thread. */
function* heartbeat({ rules, state, worker, thread, w, t }: At): Generator<Step> {
  if (w.epoch === t.epoch && t.ending === null && t.leased && !rules.refusals) return;
  const { answer, state: next } = books.renew(rules, state, thread, w.epoch);
  const change = answer === "fenced" ? { fenced: true } : {};
  const action = { type: "renew", worker, thread, epoch: w.epoch, answer } as const;
  yield { action, next: withWorker(rules, next, worker, change) };
  if (!rules.refusals) return;
  const written = answer === "fenced" ? answer : "recorded";
  const lease = answer === "fenced" ? state : next;
  yield { action: { type: "record", worker, thread, epoch: w.epoch, answer: written }, next: lease, chance: true };
}

function* accidents({ rules, state, worker, thread, w, t }: At): Generator<Step> {
  const { luck } = state;
  if (luck.crashes > 0) {
    const next = withWorker(rules, state, worker, nobody(rules));
    const action = { type: "crash", worker, thread } as const;
    yield { action, next: { ...next, luck: { ...luck, crashes: luck.crashes - 1 } }, chance: true };
  }
  if (luck.stalls > 0 && w.calls.some(({ phase }) => phase === "reserved")) {
    const next = withWorker(rules, state, worker, { calls: w.calls.map(aged) });
    const action = { type: "stall", worker, thread } as const;
    yield { action, next: { ...next, luck: { ...luck, stalls: luck.stalls - 1 } }, chance: true };
  }
  if (luck.faults > 0 && !w.fenced && w.ending !== "failed") {
    const spent = { ...state, luck: { ...luck, faults: luck.faults - 1 } };
    yield beginsAnew({ rules, state: spent, worker, thread, w, t });
  }
  if (luck.releases > 0 && w.calls.length === 0 && !w.fenced) {
    const { answer, state: next } = books.release(rules, state, thread, w.epoch);
    const action = { type: "release", worker, thread, epoch: w.epoch, answer } as const;
    const left = withWorker(rules, { ...next, luck: { ...luck, releases: luck.releases - 1 } }, worker, nobody(rules));
    yield { action, next: left, chance: true };
  }
}

/** Something failed on our side: what the worker had under way is lost, and it takes the thread again, to end it. */
function beginsAnew({ rules, state, worker, thread, w, t }: At): Step {
  const { answer, state: next } = books.take(rules, state, thread, w.epoch);
  const action = { type: "begin anew", worker, thread, epoch: w.epoch, answer } as const;
  const fresh = { ...nobody(rules), epoch: t.epoch + 1, ending: "failed" } as const;
  const after = withWorker(rules, next, worker, answer === "taken" ? fresh : nobody(rules));
  return { action, next: wake(rules, after, "take"), chance: true };
}

/** More than ten seconds have passed. */
export const aged = (call: Call): Call => (call.phase === "reserved" ? { ...call, phase: "stale" } : call);
