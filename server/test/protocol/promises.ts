/** What the protocol promises, asked of every move. */
import { iterationOf, needOf } from "./books.ts";
import type { Move } from "./search.ts";
import type { Money, Row, Rules, State, Thread } from "./state.ts";
import type { Action } from "./world.ts";

export function brokenPromises(
  rules: Rules,
  before: State,
  { action, next }: Move<State, Action>,
  final: boolean,
): string[] {
  const wrong: [boolean, string][] = [
    [next.spent + next.unconfirmed + next.held > rules.limit, "the limit holds"],
    [
      next.threads.some((t) => t.spent + t.unconfirmed + t.held > (rules.threadLimit ?? rules.limit)),
      "a thread's limit holds",
    ],
    [[next, ...next.threads].some(isBelowZero), "no amount is below zero"],
    [!isSame(next, sumOf(next.threads)), "a session's money is that of its threads"],
    [next.threads.some((t) => !isSame(t, sumOf(t.rows.map(moneyOf)))), "a thread's money is that of its rows"],
    [!isCovered(rules, next), "what providers bill is in the books"],
    [next.threads.some(hasTwoLive), "one attempt of a step is live"],
    [next.threads.some((t) => t.ending !== null && t.held !== 0), "nothing is held once a thread has ended"],
    [next.threads.some((t) => t.ending !== null && t.seen !== t.requests), "every request is read before the end"],
    [next.threads.some((t) => isLost(rules, t)), "no feedback is lost"],
    [next.threads.some((t) => t.wishes.some(({ rounds }) => rounds > 1)), "no feedback is worked in twice"],
    [next.threads.some((t) => t.ended > t.opened || (final && t.ended < t.opened)), "one end each time it runs"],
  ];
  const begun = wronglyBegun(rules, before, action);
  return [...wrong.filter(([is]) => is).map(([, promise]) => promise), ...(begun === null ? [] : [begun])];
}

const names = ["spent", "held", "unconfirmed", "overrun"] as const;

const isBelowZero = (money: Money): boolean => names.some((name) => money[name] < 0);
const isSame = (a: Money, b: Money): boolean => names.every((name) => a[name] === b[name]);

const sumOf = (all: readonly Money[]): Money => {
  const sum = { spent: 0, held: 0, unconfirmed: 0, overrun: 0 };
  for (const money of all) for (const name of names) sum[name] += money[name];
  return sum;
};

/** What a row says that its thread's money should be. */
function moneyOf({ money, reserved, cost }: Row): Money {
  const spent = money === "spent" ? Math.min(cost, reserved) : 0;
  const overrun = money === "spent" ? cost - spent : 0;
  const whole = (name: Row["money"]) => (money === name ? reserved : 0);
  return { spent, overrun, held: whole("held"), unconfirmed: whole("unconfirmed") };
}

/** The part of a bill that its reservation promised; all of it, once it is told. */
function isCovered(rules: Rules, { spent, held, unconfirmed, overrun, threads }: State): boolean {
  const rows = threads.flatMap((t) => t.rows);
  const promised = rows.reduce((sum, row) => sum + Math.min(row.bill, row.reserved), 0);
  const billed = rows.reduce((sum, row) => sum + row.bill, 0);
  const honest = rules.outcomes.every(({ bill }) => bill <= rules.reserved);
  return promised <= spent + held + unconfirmed && (!honest || (billed <= rules.limit && overrun === 0));
}

/** What ended of itself has worked in all that was asked, as far as the most iterations allow. */
const isLost = (rules: Rules, t: Thread): boolean =>
  t.ending === "done" && iterationOf(t) < rules.iterations && t.wishes.some(({ rounds }) => rounds === 0);

const hasTwoLive = ({ rows }: Thread): boolean => {
  const live = rows.filter(({ status }) => status === "pending" || status === "completed").map(({ step }) => step);
  return new Set(live).size < live.length;
};

/** The promise that is broken by what was begun: a take-over, a call, a reservation, or its refusal for money. */
function wronglyBegun(rules: Rules, before: State, action: Action): string | null {
  const t = "thread" in action ? before.threads[action.thread] : undefined;
  if (!t) return null;
  if (action.type === "take" && action.answer === "taken")
    return (t.leased && !rules.alone) || t.ending !== null ? "no thread is taken while its lease is valid" : null;
  if (action.type === "send") {
    const { step } = t.rows[action.row] ?? { step: -1 };
    const isDone = t.rows.some((row, i) => i !== action.row && row.step === step && row.status === "completed");
    return isDone ? "a completed step is not sent again" : null;
  }
  if (action.type !== "reserve") return null;
  const firm = before.spent + before.unconfirmed + before.overrun + needOf(rules, action.steps);
  const own = t.spent + t.unconfirmed + t.overrun + t.held + needOf(rules, action.steps);
  if (action.answer === "cost_limit")
    return firm + t.held > rules.limit || own > (rules.threadLimit ?? own)
      ? null
      : "nobody is refused what will fit once others have settled";
  if (action.answer !== "reserved") return null;
  const isCalledOff = t.stop === "now" || !before.active || t.overdue || t.ending !== null;
  if (isCalledOff) return "nothing is reserved after a stop, the deadline or the end";
  if (t.epoch !== action.epoch) return "only the worker that has the thread reserves";
  return firm + before.held <= rules.limit && own <= (rules.threadLimit ?? own)
    ? null
    : "every reservation fitted the limit";
}
