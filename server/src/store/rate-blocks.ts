/** What this process may send to a model within the next seconds, so that all processes over one database keep its rate limits. */
import type { Profile } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { jsonText } from "./text-format.ts";

type Amount = { requests: number; tokens: number };

export type RateAsk = {
  model_name: string;
  limits: Profile["rate_limits"];
  /** Less of either is of no use. */
  least: Amount;
  wanted: Amount;
  /** What earlier blocks turned out to be used more, or less when below 0, than was leased. */
  corrections: readonly ({ id: string } & Amount)[];
};

/** `for_ms`: how long it may be used. `id` null: nothing is free, and `for_ms` is when that may change. */
export type RateLease = Amount & { id: string | null; for_ms: number };

export async function leaseRate(database: Database, ask: RateAsk): Promise<RateLease> {
  const { rows } = await sql<{ lease: RateLease }>`
    select lease_rate(${jsonText(ask)}::jsonb) as lease`.execute(database.sql);
  const [row] = rows;
  if (!row) throw new Error("lease_rate answers a row");
  return row.lease;
}
