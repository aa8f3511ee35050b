/** What the database must hold after a move, said from the model's state. */
import { type Shown, wishesShown } from "./driver.ts";
import type { Money, Row, Rules, State, Thread } from "./state.ts";
import type { Action } from "./world.ts";

/**
 * What the model does not say of a thread: how many events its log has, whether its warning was given, and how often it was
 * taken since a call of it last succeeded.
 */
export type Log = { last: number; warned: boolean; takes: number };

export const newLog: Log = { last: 0, warned: false, takes: 0 };

export function expected(
  rules: Rules,
  before: State,
  action: Action,
  next: State,
  logs: readonly Log[],
): Shown & { logs: Log[] } {
  const events = next.threads.map((t, i) =>
    eventsOf(rules, before, action, next, { i, t, warned: logs[i]?.warned ?? false }),
  );
  const grown = next.threads.map((_, i): Log => {
    const log = logs[i] ?? newLog;
    const types = events[i] ?? [];
    const takes = "thread" in action && action.thread === i ? takesAfter(action, log.takes) : log.takes;
    return { last: log.last + types.length, warned: log.warned || types.includes("cost_limit_warning"), takes };
  });
  return {
    session: { ...moneyOf(next), active: next.active },
    threads: next.threads.map((t, i) => ({
      ...{ ...threadShown(t), wishes: wishesShown(rules, t) },
      last: grown[i]?.last ?? 0,
      takes: grown[i]?.takes ?? 0,
      events: (events[i] ?? []).map((type, place): [number, string] => [(logs[i]?.last ?? 0) + place + 1, type]),
    })),
    logs: grown,
  };
}

function takesAfter(action: Action, takes: number): number {
  const answer = "answer" in action ? action.answer : null;
  if (answer === "taken") return takes + 1;
  if (answer === "released") return Math.max(0, takes - 1);
  if (action.type === "iteration" && answer === "asked") return 0;
  return action.type === "settle" && answer === "settled" && action.status === "completed" && !action.again ? 0 : takes;
}

const moneyOf = ({ spent, held, unconfirmed, overrun }: Money): Money => ({ spent, held, unconfirmed, overrun });

const threadShown = (t: Thread) => ({
  ...moneyOf(t),
  ...{ epoch: t.epoch, leased: t.leased, requests: t.requests, seen: t.seen, stop: t.stop, asked: t.requests },
  ending: t.ending === "done" ? "threshold_met" : t.ending,
  rows: t.rows.map((row, i) => rowShown(t.rows, row, i)).sort(byStepAndAttempt),
});

type RowShown = [step: string, attempt: number, status: string, outcomeUnknown: boolean, reserved: number];

const rowShown = (rows: readonly Row[], row: Row, place: number): RowShown => [
  String(row.step),
  rows.slice(0, place + 1).filter(({ step }) => step === row.step).length,
  row.status === "unknown" ? "failed" : row.status,
  row.status === "unknown" || row.status === "superseded",
  row.reserved,
];

const byStepAndAttempt = (a: RowShown, b: RowShown): number => Number(a[0]) - Number(b[0]) || a[1] - b[1];

type At = { i: number; t: Thread; warned: boolean };

/** The types of the events a move adds to the log of one thread. */
function eventsOf(rules: Rules, before: State, action: Action, next: State, { i, t, warned }: At): string[] {
  const isAsked = before.threads[i]?.requests !== t.requests;
  if (action.type === "end session") return isAsked ? ["stop_requested"] : [];
  if (action.thread !== i) return [];
  switch (action.type) {
    case "reserve":
      return action.answer === "reserved" ? ["model_reserved"] : [];
    case "record":
      return action.answer === "recorded" ? ["model_recorded"] : [];
    case "settle": {
      if (action.answer !== "settled" || action.again) return [];
      const share = Math.max(
        shareOf(next, rules.limit),
        rules.threadLimit === null ? 0 : shareOf(t, rules.threadLimit),
      );
      const isLarger = action.hold === "spent" && action.cost > rules.reserved;
      return [
        ...(isLarger ? ["bill_exceeded"] : []),
        "model_settled",
        ...(share >= 0.8 && !warned ? ["cost_limit_warning"] : []),
      ];
    }
    case "finish":
      return action.answer === "finished" ? ["orchestration_finished"] : [];
    case "stop":
      return isAsked ? ["stop_requested"] : [];
    case "feedback":
    case "iteration":
      return isAsked ? ["feedback_received"] : [];
    default:
      return [];
  }
}

const shareOf = ({ spent, overrun, unconfirmed }: Money, limit: number): number =>
  (spent + overrun + unconfirmed) / limit;
