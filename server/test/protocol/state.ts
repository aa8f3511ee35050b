/** The protocol as a small world: what the database remembers, what workers remember, and how much may still go wrong. */

/** In whole units of money. */
export type Money = { spent: number; held: number; unconfirmed: number; overrun: number };

/** How a call ended at the provider, and what it will bill for it. `useless`: paid for, and not an answer. */
export type Outcome = { how: "usage" | "useless" | "free" | "cut"; bill: number };

/** One attempt at a step; a step is ten times its iteration, plus 0 for the author or the evaluator's place. */
export type Row = {
  step: number;
  status: "pending" | "completed" | "failed" | "unknown" | "superseded";
  money: "held" | "spent" | "released" | "unconfirmed";
  reserved: number;
  /** What the books have as its cost, once it is spent. */
  cost: number;
  /** What the provider wants for it in truth. */
  bill: number;
};

/** Feedback, or one more iteration, as it was asked for. */
export type Wish = {
  /** Among the thread's requests. */
  no: number;
  /** The iteration that works it in, as the database knows; null: it is unread. */
  iteration: number | null;
  /** For the promises only: how many iterations have worked it in. */
  rounds: number;
};

export type When = "after_iteration" | "now";
export type Reason = "done" | "cost_limit" | "deadline" | "stopped" | "failed";

export type Thread = Money & {
  rows: readonly Row[];
  ending: Reason | null;
  epoch: number;
  leased: boolean;
  /** Its deadline has passed. */
  overdue: boolean;
  requests: number;
  seen: number;
  stop: When | null;
  wishes: readonly Wish[];
  /** How often it was asked to run, and how often it ended. */
  opened: number;
  ended: number;
};

/** `told`: the books have its end, but the worker does not know that yet, and will tell them again. */
export type Call = { row: number; phase: "reserved" | "stale" | "sent" | "told"; outcome: Outcome | null };

/** Epoch 0: nobody. */
export type Worker = {
  epoch: number;
  calls: readonly Call[];
  /** It knows that the thread is no longer its own. */
  fenced: boolean;
  waiting: "no" | "refused" | "waiting";
  /** What it must end with, because something was refused. */
  ending: Reason | null;
  /** The most evaluators it asks money for. */
  width: number;
  /** Requests read when it last looked; null: it must look (again). */
  read: number | null;
  sawStop: boolean;
  /** It found feedback that no iteration has worked in. */
  sawFeedback: boolean;
};

/** How often each of these may still happen. */
export type Luck = {
  crashes: number;
  lapses: number;
  stalls: number;
  releases: number;
  repeats: number;
  faults: number;
  asks: number;
  deadlines: number;
};

export type State = Money & {
  active: boolean;
  threads: readonly Thread[];
  workers: readonly Worker[];
  luck: Luck;
  /** A thread whose stop was found possible and is not written yet: only where a stop takes no lock. */
  stopping: number | null;
};

export type Ask = "stop" | "stop_after_iteration" | "feedback" | "iteration" | "end";

export type Rules = {
  threads: number;
  /** One worker each: the thread it may take. */
  slots: readonly number[];
  /** No other process can be at work, so a lease proves nothing: the embedded database. */
  alone: boolean;
  limit: number;
  /** Of each thread by itself; null: none. */
  threadLimit: number | null;
  /** What each call reserves. */
  reserved: number;
  /** What must also be free, for an author's call. */
  headroom: number;
  evaluators: number;
  attempts: number;
  /** The most iterations of a thread. */
  iterations: number;
  outcomes: readonly Outcome[];
  asking: readonly Ask[];
  luck: Partial<Luck>;
  /** Also do what must be refused and changes nothing. */
  refusals: boolean;
} & Variants;

/** The protocol, rule by rule; what differs from `asDesigned` must be seen to lose. */
export type Variants = {
  takeover: "keep" | "release" | "resend";
  takeLeased: boolean;
  settle: "conditional" | "blind";
  fence: boolean;
  /** A call reserved long ago is given up unsent. */
  fresh: boolean;
  finishLooks: boolean;
  finishWaits: boolean;
  /** What a reservation marks as worked in: what was read, or all there is, or nothing; or looking marks it before. */
  marks: "read" | "all" | "nothing" | "early";
  /** Whether a stop is seen by the transaction that reserves. */
  stopFirst: boolean;
  endFirst: boolean;
  /** A stop looks and writes under the lock of the thread's row. */
  stopLocks: boolean;
  stage: "whole" | "piece by piece";
  short: "wait" | "give up";
  /** A waiting worker listens before it asks, or only once it was refused. */
  listens: "before" | "after";
  /** Which transactions wake those that wait for money. */
  wakes: readonly ("settle" | "late" | "take" | "finish")[];
  reopen: "once" | "blind";
};

export const asDesigned: Variants = {
  ...{ takeover: "keep", takeLeased: false, settle: "conditional", fence: true, fresh: true },
  ...{ finishLooks: true, finishWaits: true, marks: "read", stopFirst: true, endFirst: true, stopLocks: true },
  ...{ stage: "whole", short: "wait", listens: "before", wakes: ["settle", "late", "take", "finish"], reopen: "once" },
};

const noMoney: Money = { spent: 0, held: 0, unconfirmed: 0, overrun: 0 };

export const nobody = (rules: Rules): Worker => ({
  ...{ epoch: 0, calls: [], fenced: false, waiting: "no", ending: null, width: rules.evaluators },
  ...{ read: null, sawStop: false, sawFeedback: false },
});

const newThread: Thread = {
  ...{ ...noMoney, rows: [], ending: null, epoch: 0, leased: false, overdue: false, requests: 0, seen: 0 },
  ...{ stop: null, wishes: [], opened: 1, ended: 0 },
};

export const startOf = (rules: Rules): State => ({
  ...noMoney,
  active: true,
  threads: Array.from({ length: rules.threads }, () => newThread),
  workers: rules.slots.map(() => nobody(rules)),
  luck: { crashes: 0, lapses: 0, stalls: 0, releases: 0, repeats: 0, faults: 0, asks: 0, deadlines: 0, ...rules.luck },
  stopping: null,
});

export function keyOf({ active, threads, workers, luck, stopping, ...money }: State): string {
  const { crashes, lapses, stalls, releases, repeats, faults, asks, deadlines } = luck;
  let key = `${moneyKey(money)}${active ? 1 : 0}.${crashes}${lapses}${stalls}${releases}${repeats}${faults}${asks}${deadlines}${stopping ?? ""}`;
  for (const t of threads) {
    key += `|${moneyKey(t)}${t.ending},${t.epoch}${t.leased ? 1 : 0}${t.overdue ? 1 : 0}${t.requests}${t.seen}${t.stop},`;
    key += `${t.opened}${t.ended}`;
    for (const { no, iteration, rounds } of t.wishes) key += `~${no},${iteration},${rounds}`;
    for (const r of t.rows) key += `/${r.step}${r.status[0]}${r.money[0]}${r.reserved},${r.cost},${r.bill}`;
  }
  for (const w of workers) {
    key += `+${w.epoch}`;
    if (w.epoch === 0) continue;
    key += `${w.fenced ? 1 : 0}${w.waiting[0]}${w.ending}${w.width}${w.read}${w.sawStop ? 1 : 0}${w.sawFeedback ? 1 : 0}`;
    for (const c of w.calls) key += `/${c.row}${c.phase[2]}${c.outcome ? c.outcome.how + c.outcome.bill : ""}`;
  }
  return key;
}

const moneyKey = ({ spent, held, unconfirmed, overrun }: Money): string =>
  `${spent},${held},${unconfirmed},${overrun};`;
