/**
 * What a vendor asks for a model, as npm `@pydantic/genai-prices` lists it. The package is loaded on first use only
 * [50 to 75 ms, 21 MB]; what comes with the server has its prices in profiles/prices.json (`npm run prices`).
 */
import type { Profile } from "@orchestratex/sdk/contract";
import type { MatchLogic, ModelInfo, ModelPrice } from "@pydantic/genai-prices";
import { vendorOf } from "./vendors.ts";

/** Which list this is, and the day it was published. */
export const priceList = { source: "genai-prices 0.1.8", as_of: "2026-09-23" };

type Details = Pick<NonNullable<Profile["prices"]>, "cached_input" | "cache_write" | "tiers" | "per_request">;

/** US dollars per token, from a UTC day on (null: from the beginning). */
export type DatedPrice = { from: string | null; input: number; output: number } & Details;

/** `context` in tokens; null: not in the list. `prices`: the earliest first. */
export type Listed = { context: number | null; prices: readonly DatedPrice[] };

/** Null: the list does not have this model of this vendor, or no price by the token. */
export async function listed(vendorId: string, modelId: string): Promise<Listed | null> {
  const providerId = vendorOf(vendorId)?.pricesId;
  if (!providerId) return null;
  const { calcPrice } = await import("@pydantic/genai-prices");
  const model = calcPrice({}, modelId, { providerId })?.model;
  if (!model || !isNamed(modelId, model.match)) return null;
  const dated = datedPrices(model);
  return dated && { context: model.context_window ?? null, prices: dated };
}

/** The price that holds on a day, as a profile keeps it. */
export function priceOn(
  { prices }: Listed,
  at: Date,
  list = priceList,
): Pick<Profile, "cost_per_input_token" | "cost_per_output_token" | "prices"> {
  const day = at.toISOString().slice(0, 10);
  const price = prices.findLast(({ from }) => from === null || from <= day);
  if (!price) return { cost_per_input_token: null, cost_per_output_token: null, prices: null };
  const { from: _, input, output, ...details } = price;
  return { cost_per_input_token: input, cost_per_output_token: output, prices: { ...details, ...list } };
}

/**
 * Whether the list means this very model. It matches many ids by how they begin, and so takes `claude-sonnet-5-5` for
 * `claude-sonnet-5`: an id may be longer than the listed one by a date or `latest` only.
 */
function isNamed(modelId: string, match: MatchLogic): boolean {
  if ("or" in match) return match.or.some((each) => isNamed(modelId, each));
  if ("and" in match) return match.and.some((each) => isNamed(modelId, each));
  if ("equals" in match) return modelId === match.equals;
  if ("regex" in match) return match.regex.endsWith("$") && new RegExp(match.regex).test(modelId);
  const start = "starts_with" in match ? match.starts_with : "contains" in match ? match.contains : match.ends_with;
  return modelId.startsWith(start) && /^(-latest|[-@]\d{8}|-\d{4}-\d{2}-\d{2})?$/.test(modelId.slice(start.length));
}

/** Null when there is no price by the token, or it depends on the hour of the day. */
function datedPrices({ prices }: ModelInfo): DatedPrice[] | null {
  const steps = Array.isArray(prices) ? prices : [{ prices }];
  const dated = steps.map(({ constraint, prices: price }) => {
    if (constraint?.type === "time_of_date") return null;
    return datedPrice(constraint?.start_date ?? null, price);
  });
  return dated.every((price) => price !== null) ? dated : null;
}

function datedPrice(from: string | null, price: ModelPrice): DatedPrice | null {
  const { input_mtok, output_mtok, cache_read_mtok, cache_write_mtok, requests_kcount } = price;
  if (input_mtok === undefined || output_mtok === undefined) return null;
  const kinds = [input_mtok, output_mtok, cache_read_mtok, cache_write_mtok];
  const marks = kinds.flatMap((kind) => (typeof kind === "object" ? kind.tiers.map(({ start }) => start) : []));
  const at = (tokens: number) => ({
    input: perToken(input_mtok, tokens),
    output: perToken(output_mtok, tokens),
    cached_input: cache_read_mtok === undefined ? null : perToken(cache_read_mtok, tokens),
    cache_write: cache_write_mtok === undefined ? null : perToken(cache_write_mtok, tokens),
  });
  const tiers = [...new Set(marks)].toSorted((one, other) => one - other);
  return {
    ...{ from, ...at(0) },
    tiers: tiers.map((start) => ({ above_input_tokens: start, ...at(start + 1) })),
    per_request: typeof requests_kcount === "number" ? requests_kcount / 1_000 : 0,
  };
}

/** Of a price per million tokens; what is finer than a pico-dollar is rounded up. */
function perToken(price: NonNullable<ModelPrice[string]>, inputTokens: number): number {
  const perMillion =
    typeof price === "number" ? price : (price.tiers.findLast(({ start }) => inputTokens > start)?.price ?? price.base);
  return Math.ceil(Number((perMillion * 1e6).toFixed(3))) / 1e12;
}
