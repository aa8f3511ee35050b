/** The books against their own rows, and against the vendor's bill. */
import { units } from "./looks.ts";
import type { Findings, Outside, Response, Rows } from "./witness.ts";

type Sums = { total_cost: number; overrun: number; unconfirmed: number; held: number };

const sumsOf = (rows: readonly Response[]): Sums => {
  const sums: Sums = { total_cost: 0, overrun: 0, unconfirmed: 0, held: 0 };
  for (const row of rows) {
    const reserved = units(row.reserved_cost);
    if (row.status === "pending") sums.held += reserved;
    else if (row.cost_source !== "provider") sums.unconfirmed += reserved;
    else {
      const cost = units(row.cost);
      sums.total_cost += Math.min(cost, reserved);
      sums.overrun += Math.max(0, cost - reserved);
    }
  }
  return sums;
};

const names = ["total_cost", "overrun", "unconfirmed", "held"] as const;

export function moneyOf({ sessions, threads, responses }: Rows, { asks, vendor }: Outside): Findings {
  const wrong: string[] = [];
  const over: string[] = [];
  const uncovered: string[] = [];
  const excess = new Map(vendor.calls.map((call) => [call.id, call.excess]));
  const compare = (what: string, row: Record<(typeof names)[number], number>, rows: readonly Response[]) => {
    const sums = sumsOf(rows);
    for (const name of names)
      if (units(row[name]) !== sums[name])
        wrong.push(`${what}: ${name} is ${units(row[name])}, its rows say ${sums[name]}`);
    if (units(row.held) !== 0) wrong.push(`${what}: ${row.held} is held at rest`);
  };
  const bySession = Map.groupBy(responses, ({ session_id }) => session_id);
  const byThread = Map.groupBy(responses, ({ thread_id }) => thread_id);
  const tags = new Map(asks.map(({ seat }) => [seat.id, seat.tag]));
  for (const session of sessions) {
    compare(`session ${session.id}`, session, bySession.get(session.id) ?? []);
    const { total_cost, overrun, unconfirmed, held, cost_limit } = session;
    const taken = units(total_cost) + units(unconfirmed) + units(held);
    if (cost_limit !== null && taken > units(cost_limit))
      over.push(`session ${session.id}: ${taken} > ${units(cost_limit)}`);
    const known = (bySession.get(session.id) ?? []).filter(({ cost_source }) => cost_source === "provider");
    const bill = known.reduce((sum, { id }) => sum + (excess.get(id) ?? 0n), vendor.billOf(tags.get(session.id) ?? ""));
    if (bill > BigInt(taken + units(overrun)) * 100n)
      uncovered.push(`session ${session.id}: bill ${bill}, books ${taken}`);
  }
  for (const thread of threads) compare(`thread ${thread.id}`, thread, byThread.get(thread.id) ?? []);
  wrong.push(...billsOf(responses, vendor));
  for (const { id, cost, reserved_cost } of responses)
    if (units(cost) > units(reserved_cost) && !excess.get(id))
      wrong.push(`${id}: more than was reserved, and nobody charged it`);
  return { books_wrong: wrong, over_limit: over, bill_uncovered: uncovered };
}

/** Call by call: what was answered is booked to the last nano-dollar, what was let go was never charged. */
function billsOf(responses: readonly Response[], vendor: Outside["vendor"]): string[] {
  const bills = new Map(vendor.calls.map(({ id, bill }) => [id, bill]));
  return responses.flatMap(({ id, cost, cost_source, status, outcome_unknown }) => {
    const bill = bills.get(id);
    if (cost_source !== "provider") return [];
    const nano = ((bill ?? 0n) + 999n) / 1000n;
    const booked = BigInt(Math.round((cost ?? 0) * 1e9));
    // A worker that had lost the thread may say, late, that it never sent the call.
    const letGo = status === "failed" || outcome_unknown;
    if (!letGo && bill === undefined) return [`${id} is ${status} and was never sent`];
    return nano === booked ? [] : [`${id} ${status}: booked ${booked} nano, charged ${nano}`];
  });
}
