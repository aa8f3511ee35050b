/**
 * The model the protocol was designed with (two workers, two crashes, an author and then two evaluators), as it was written
 * first in Python: its cases must give the same numbers here. `worlds.ts` goes on from it.
 */
import type { Move, World } from "./search.ts";

/** P pending, C completed, U outcome unknown, R the same with its hold released, S superseded. */
type Row = { step: number; status: "P" | "C" | "U" | "R" | "S"; bill: number };
/** `bill` 0: reserved and not sent; otherwise what the provider will want for it. */
type Call = { row: number; bill: number };
/** Epoch 0: not running. */
type Worker = { epoch: number; calls: readonly Call[] };

type State = {
  spent: number;
  held: number;
  over: number;
  epoch: number;
  done: boolean;
  rows: readonly Row[];
  workers: readonly [Worker, Worker];
  crashes: number;
};

export type Policy = {
  limit: number;
  reserve: number;
  bills: readonly number[];
  crashes: number;
  takes: number;
  attempts: number;
  steps: number;
  /** What a take-over does with rows that are pending. */
  takeover: "keep" | "release" | "resend";
  fence: boolean;
  settle: "conditional" | "blind";
  lookAgain: boolean;
  /** A worker whose lease lapsed may live on. */
  zombies: boolean;
};

export const proposed: Policy = {
  ...{ limit: 6, reserve: 2, bills: [1, 2], crashes: 2, takes: 3, attempts: 2, steps: 3 },
  ...{ takeover: "keep", fence: true, settle: "conditional", lookAgain: false, zombies: true },
};

/** Of the states where nothing can happen: those whose worker still lives, and is not done. */
export const unfinished = (deadEnds: readonly State[]): State[] =>
  deadEnds.filter(({ epoch, workers }) => workers.some((worker) => worker.epoch === epoch));

const gone: Worker = { epoch: 0, calls: [] };

export const firstWorld = (policy: Policy): World<State, string> => ({
  start: { spent: 0, held: 0, over: 0, epoch: 0, done: false, rows: [], workers: [gone, gone], crashes: 0 },
  key,
  *moves(state) {
    yield* movesOf(policy, state, 0);
    yield* movesOf(policy, state, 1);
  },
  broken: (_, move) => broken(policy, move.next, move.action),
  final: ({ done }) => done,
});

const key = ({ spent, held, over, epoch, done, rows, workers, crashes }: State): string => {
  let text = `${spent},${held},${over},${epoch}${done ? "d" : "r"}${crashes}`;
  for (const row of rows) text += row.status + row.step + row.bill;
  for (const worker of workers) {
    text += `/${worker.epoch}`;
    for (const call of worker.calls) text += `,${call.row}:${call.bill}`;
  }
  return text;
};

type Step = Move<State, string>;

function* movesOf(policy: Policy, state: State, k: 0 | 1): Generator<Step> {
  const worker = state.workers[k];
  const other = state.workers[k === 0 ? 1 : 0];
  const become = (mine: Worker, change: Partial<State> = {}): State => ({
    ...state,
    ...change,
    workers: k === 0 ? [mine, state.workers[1]] : [state.workers[0], mine],
  });
  if (worker.epoch === 0) {
    if (state.epoch < policy.takes && !state.done && (policy.zombies || other.epoch === 0))
      yield take(policy, state, k, become);
    return;
  }
  if ((worker.epoch === state.epoch || !policy.fence) && !state.done) yield* goOn(policy, state, k, worker, become);
  for (const call of worker.calls) yield* callMoves(policy, state, k, worker, call, become);
  if (state.crashes < policy.crashes)
    yield { action: `crash:${k}`, next: become(gone, { crashes: state.crashes + 1 }), chance: true };
}

type Become = (mine: Worker, change?: Partial<State>) => State;

function take(policy: Policy, state: State, k: number, become: Become): Step {
  const pending = state.rows.flatMap((row, i) => (row.status === "P" ? [i] : []));
  const action = `take:${k}`;
  const epoch = state.epoch + 1;
  if (policy.takeover === "resend")
    return { action, next: become({ epoch, calls: pending.map((row) => ({ row, bill: 0 })) }, { epoch }) };
  const status = policy.takeover === "keep" ? "U" : "R";
  const lost = pending.length * policy.reserve;
  return {
    action,
    next: become(
      { epoch, calls: [] },
      {
        epoch,
        rows: state.rows.map((row) => (row.status === "P" ? { ...row, status } : row)),
        held: state.held - lost,
        spent: state.spent + (status === "U" ? lost : 0),
      },
    ),
  };
}

/** Reserve a step that is due, or finish when nothing is left to do or to pay. */
function* goOn(policy: Policy, state: State, k: number, worker: Worker, become: Become): Generator<Step> {
  const { rows } = state;
  const has = (step: number, status: Row["status"]) => rows.some((row) => row.step === step && row.status === status);
  const due = (step: number) =>
    !has(step, "C") && (step === 0 || has(0, "C")) && rows.filter((row) => row.step === step).length < policy.attempts;
  const fits = state.spent + state.held + state.over + policy.reserve <= policy.limit;
  const open = Array.from({ length: policy.steps }, (_, step) => step).filter(due);
  for (const step of open.filter((one) => fits && !has(one, "P")))
    yield {
      action: `reserve:${k}:${step}`,
      next: become(withCall(worker, null, { row: rows.length, bill: 0 }), {
        held: state.held + policy.reserve,
        rows: [...rows, { step, status: "P", bill: 0 }],
      }),
    };
  if (!rows.some((row) => row.status === "P") && (open.length === 0 || !fits))
    yield { action: `finish:${k}`, next: become(worker, { done: true }) };
}

function* callMoves(
  policy: Policy,
  state: State,
  k: number,
  worker: Worker,
  call: Call,
  become: Become,
): Generator<Step> {
  const row = state.rows[call.row];
  if (!row) return;
  const without = withCall(worker, call, null);
  const put = (change: Partial<Row>) => state.rows.map((one, i) => (i === call.row ? { ...one, ...change } : one));
  if (call.bill === 0) {
    if (policy.lookAgain && row.status !== "P") return yield { action: `drop:${k}:${call.row}`, next: become(without) };
    for (const bill of policy.bills)
      yield {
        action: `send:${k}:${call.row}`,
        next: become(withCall(worker, call, { ...call, bill }), { rows: put({ bill: row.bill + bill }) }),
      };
    return;
  }
  const over = state.over + Math.max(0, call.bill - policy.reserve);
  const pay = Math.min(call.bill, policy.reserve);
  if (policy.settle === "blind" || row.status === "P") {
    const change = { spent: state.spent + pay, held: state.held - policy.reserve, over, rows: put({ status: "C" }) };
    yield { action: `settle:${k}:${call.row}`, next: become(without, change) };
  } else if (row.status === "U") {
    const change = { spent: state.spent - policy.reserve + pay, over, rows: put({ status: "S" }) };
    yield { action: `late:${k}:${call.row}`, next: become(without, change) };
  } else yield { action: `late0:${k}:${call.row}`, next: become(without) };
}

/** Calls are a set: kept in one order, so that equal sets are equal. */
const withCall = ({ epoch, calls }: Worker, old: Call | null, fresh: Call | null): Worker => {
  const rest = calls.filter((one) => one !== old);
  if (!fresh) return { epoch, calls: rest };
  const at = rest.findIndex((one) => one.row > fresh.row || (one.row === fresh.row && one.bill > fresh.bill));
  return { epoch, calls: at < 0 ? [...rest, fresh] : [...rest.slice(0, at), fresh, ...rest.slice(at)] };
};

function broken(policy: Policy, state: State, action: string): string[] {
  const { spent, held, over, rows, workers } = state;
  const found: string[] = [];
  const bill = rows.reduce((sum, row) => sum + row.bill, 0);
  const completed = (step: number, but?: Row) => rows.filter((r) => r !== but && r.step === step && r.status === "C");
  if (spent + held > policy.limit) found.push("I1 spent+held<=limit");
  if (spent + held < 0 || held < 0) found.push("I1b held>=0");
  if (bill > spent + held + over) found.push("I2 provider bill <= spent+held+overrun");
  if (bill > policy.limit && Math.max(...policy.bills) <= policy.reserve) found.push("I2b provider bill <= limit");
  if (rows.some((row) => row.status === "C" && completed(row.step, row).length > 0))
    found.push("I3 one completed row per step");
  const sent = action.startsWith("send") ? rows[Number(action.split(":")[2])] : undefined;
  if (sent && completed(sent.step, sent).length > 0) found.push("I4 no send for a step already completed");
  const atRest = state.done && workers.every(({ calls }) => calls.length === 0) && !rows.some((r) => r.status === "P");
  if (!atRest) return found;
  if (held !== 0) found.push("I5 nothing held at rest");
  const due = (row: Row) => (row.status === "U" ? policy.reserve : row.status === "R" ? 0 : row.bill);
  if (spent + over !== rows.reduce((sum, row) => sum + due(row), 0)) found.push("I6 spent = sum of rows");
  return found;
}
