/** The transactions of the protocol as pure functions: each answers a code and the state after it, as the database must. */
import type { Money, Reason, Row, Rules, State, Thread, When, Wish } from "./state.ts";

export type Written = { answer: string; state: State };

const refused = (state: State, answer: string): Written => ({ answer, state });

export const threadOf = (state: State, thread: number): Thread => {
  const found = state.threads[thread];
  if (!found) throw new RangeError(`there is no thread ${thread}`);
  return found;
};

export const withThread = (state: State, thread: number, change: Partial<Thread>): State => ({
  ...state,
  threads: state.threads.map((one, i) => (i === thread ? { ...one, ...change } : one)),
});

/** Money of a thread is money of its session. */
function pay(state: State, thread: number, by: Partial<Money>, change: Partial<Thread> = {}): State {
  const add = ({ spent, held, unconfirmed, overrun }: Money): Money => ({
    spent: spent + (by.spent ?? 0),
    held: held + (by.held ?? 0),
    unconfirmed: unconfirmed + (by.unconfirmed ?? 0),
    overrun: overrun + (by.overrun ?? 0),
  });
  return { ...withThread(state, thread, { ...change, ...add(threadOf(state, thread)) }), ...add(state) };
}

/** `epoch`: of a worker that has it already and begins anew. */
export function take(rules: Rules, state: State, thread: number, epoch?: number): Written {
  const t = threadOf(state, thread);
  if (t.ending !== null) return refused(state, "final");
  const isMine = rules.alone || t.epoch === epoch || (rules.takeLeased && t.epoch < 2);
  if (t.leased && !isMine) return refused(state, "leased");
  const lost = t.rows.reduce((sum, row) => sum + (row.status === "pending" ? row.reserved : 0), 0);
  const own = { epoch: t.epoch + 1, leased: true };
  if (rules.takeover === "resend") return { answer: "taken", state: withThread(state, thread, own) };
  const kept = rules.takeover === "keep";
  const rows = t.rows.map((row): Row => (row.status === "pending" ? giveUp(row, kept) : row));
  return {
    answer: "taken",
    state: pay(state, thread, { held: -lost, unconfirmed: kept ? lost : 0 }, { ...own, rows }),
  };
}

const giveUp = (row: Row, kept: boolean): Row => ({
  ...row,
  status: "unknown",
  money: kept ? "unconfirmed" : "released",
});

const isFenced = (rules: Rules, t: Thread, epoch: number): boolean =>
  (rules.fence && t.epoch !== epoch) || t.ending !== null;

/** What a stage needs free: what it will hold, and what must be left over. */
export const needOf = (rules: Rules, steps: readonly number[]): number =>
  steps.length * rules.reserved + (steps.some((step) => step % 10 === 0) ? rules.headroom : 0);

type Rests = { thread: number; epoch: number };

/** `read`: the requests this stage rests on, when it opens an iteration that works in what is unread among them. */
export function reserve(
  rules: Rules,
  state: State,
  { thread, epoch, steps, read }: Rests & { steps: readonly number[]; read: number | null },
): Written {
  const t = threadOf(state, thread);
  if (isFenced(rules, t, epoch)) return refused(state, "fenced");
  if (t.stop === "now" && rules.stopFirst) return refused(state, "stopped");
  if (!state.active && rules.endFirst) return refused(state, "session_ended");
  if (t.overdue) return refused(state, "deadline");
  const own = t.spent + t.overrun + t.unconfirmed + t.held + needOf(rules, steps);
  if (own > (rules.threadLimit ?? own)) return refused(state, "cost_limit");
  const firm = state.spent + state.overrun + state.unconfirmed + needOf(rules, steps);
  if (firm + t.held > rules.limit) return refused(state, "cost_limit");
  if (firm + state.held > rules.limit) return refused(state, rules.short === "wait" ? "wait" : "cost_limit");
  const { reserved } = rules;
  const fresh = steps.map((step): Row => ({ step, status: "pending", money: "held", reserved, cost: 0, bill: 0 }));
  const seen = read === null ? t.seen : rules.marks === "all" ? t.requests : read;
  const wishes = read === null ? t.wishes : t.wishes.map((wish) => workedIn(rules, wish, steps, { read, seen }));
  const change = { rows: [...t.rows, ...fresh], leased: true, seen, wishes };
  return { answer: "reserved", state: pay(state, thread, { held: steps.length * reserved }, change) };
}

/** A wish after the round was opened. Only what the worker has read is worked in, whatever is marked. */
function workedIn(
  rules: Rules,
  wish: Wish,
  [first = 0]: readonly number[],
  { read, seen }: { read: number; seen: number },
): Wish {
  const iteration = Math.floor(first / 10);
  const isFor = wish.iteration === null || (rules.marks === "early" && wish.iteration === iteration);
  if (!isFor || wish.no > seen) return wish;
  const rounds = wish.no <= read ? wish.rounds + 1 : wish.rounds;
  return { ...wish, rounds, iteration: rules.marks === "nothing" ? null : iteration };
}

export type Settlement = {
  row: number;
  status: "completed" | "failed";
  hold: "spent" | "released" | "unconfirmed";
  cost: number;
};

/** A row that is no longer pending is put right, once, if a bill is known at last. Its own worker may say the same again. */
export function settle(
  rules: Rules,
  state: State,
  { thread, epoch, ...settlement }: Settlement & { thread: number; epoch: number },
): Written {
  const t = threadOf(state, thread);
  const row = t.rows[settlement.row];
  if (!row) throw new RangeError(`there is no row ${settlement.row}`);
  const { status, hold, cost } = settlement;
  const put = (change: Partial<Row>) => t.rows.map((one, i) => (i === settlement.row ? { ...one, ...change } : one));
  const spent = hold === "spent" ? Math.min(cost, row.reserved) : 0;
  const overrun = hold === "spent" ? cost - spent : 0;
  const unconfirmed = hold === "unconfirmed" ? row.reserved : 0;
  if (row.status === "pending" || rules.settle === "blind") {
    const rows = put({ status, money: hold, cost: hold === "spent" ? cost : 0 });
    const by = { spent, overrun, unconfirmed, held: -row.reserved };
    return { answer: "settled", state: pay(state, thread, by, { rows, leased: t.ending === null }) };
  }
  const isKnown = row.status === "completed" || row.status === "failed";
  if (isKnown && t.epoch === epoch) return refused(state, "settled");
  if (row.status !== "unknown" || hold === "unconfirmed") return refused(state, "late");
  const rows = put({ status: "superseded", money: "spent", cost: hold === "spent" ? cost : 0 });
  const back = rules.takeover === "release" ? 0 : -row.reserved;
  return { answer: "late", state: pay(state, thread, { spent, overrun, unconfirmed: back }, { rows }) };
}

export function finish(
  rules: Rules,
  state: State,
  { thread, epoch, read, reason }: Rests & { read: number; reason: Reason },
): Written {
  const t = threadOf(state, thread);
  if (isFenced(rules, t, epoch)) return refused(state, "fenced");
  if (t.requests !== read && rules.finishLooks) return refused(state, "asked_again");
  if (t.rows.some(({ status }) => status === "pending") && rules.finishWaits) return refused(state, "pending");
  const change = { ending: reason, leased: false, seen: read, ended: t.ended + 1 };
  return { answer: "finished", state: withThread(state, thread, change) };
}

/** A worker that leaves lets go. */
export function release(rules: Rules, state: State, thread: number, epoch: number): Written {
  if (isFenced(rules, threadOf(state, thread), epoch)) return refused(state, "fenced");
  return { answer: "released", state: withThread(state, thread, { leased: false }) };
}

export function renew(rules: Rules, state: State, thread: number, epoch: number): Written {
  if (isFenced(rules, threadOf(state, thread), epoch)) return refused(state, "fenced");
  return { answer: "renewed", state: withThread(state, thread, { leased: true }) };
}

export function stop(state: State, thread: number, when: When): Written {
  const t = threadOf(state, thread);
  if (t.ending !== null) return refused(state, "finished");
  if (t.stop === "now" || t.stop === when) return refused(state, "asked");
  return { answer: "asked", state: withThread(state, thread, { stop: when, requests: t.requests + 1 }) };
}

export function giveFeedback(state: State, thread: number): Written {
  const t = threadOf(state, thread);
  if (t.ending !== null) return refused(state, "finished");
  return { answer: "asked", state: withThread(state, thread, wished(t)) };
}

const wished = ({ requests, wishes }: Thread): Partial<Thread> => ({
  requests: requests + 1,
  wishes: [...wishes, { no: requests + 1, iteration: null, rounds: 0 }],
});

export const iterationOf = (t: Thread): number =>
  t.rows.reduce((most, row) => Math.max(most, Math.floor(row.step / 10)), 1);

/** One more iteration of a thread that has an answer. */
export function askIteration(rules: Rules, state: State, thread: number): Written {
  const t = threadOf(state, thread);
  if (!state.active) return refused(state, "session_ended");
  if (t.ending === null && rules.reopen === "once") return refused(state, "running");
  if (t.ending === "failed") return refused(state, "failed");
  if (iterationOf(t) >= rules.iterations) return refused(state, "limit");
  const change = {
    ending: null,
    stop: null,
    overdue: false,
    opened: t.opened + 1,
    ...wished(t),
  };
  return { answer: "asked", state: withThread(state, thread, change) };
}

export function endSession(state: State): Written {
  if (!state.active) return refused(state, "ended");
  const stopped = state.threads.reduce((all, _, thread) => stop(all, thread, "now").state, state);
  return { answer: "ended", state: { ...stopped, active: false } };
}
