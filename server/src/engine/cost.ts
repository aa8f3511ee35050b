/**
 * What a call costs, at most and in fact. Dollars in and out; inside, integer pico-dollars, so that sums never drift.
 * Rounded up to nano-dollars (1e-9), the wire's last digit.
 */
import type { Profile } from "@orchestratex/sdk/contract";
import type { Message, ModelRequest, Usage } from "../providers/provider.ts";

const PICO = 1e12;

/** Dollars per token; null: unknown. Frozen into the reservation, so a later price change does not touch it. */
export type Prices = Pick<Profile, "cost_per_input_token" | "cost_per_output_token" | "prices">;

/** Tokens of one call; `cached_input` and `cache_write` are part of `input`. */
type Spent = Pick<Usage, "input" | "output"> & Partial<Pick<Usage, "cached_input" | "cache_write">>;

/** Null when a price is unknown. The length of the whole input chooses the tier, and that holds for all of the call. */
export function costOf(usage: Spent, prices: Prices): number | null {
  const tiers = tiersOf(prices);
  if (!tiers) return null;
  const [input, output] = [tokens(usage.input), tokens(usage.output)];
  const [cached, written] = [tokens(usage.cached_input ?? 0), tokens(usage.cache_write ?? 0)];
  const tier = tiers.findLast(({ above }) => input > above) ?? tiers[0];
  const plain = input > cached + written ? input - cached - written : 0n;
  return dollars(
    plain * tier.input + cached * tier.cachedInput + written * tier.cacheWrite + output * tier.output + feeOf(prices),
  );
}

/**
 * The most a request can cost: a token is never shorter than a byte, so its UTF-8 bytes bound its tokens.
 * The wire adds a few per message. Each token at the dearest price that may apply to it.
 */
export function reserveFor(
  messages: readonly Message[],
  outputCap: number,
  profile: Prices & Pick<Profile, "max_context_length">,
  beside: Beside = {},
): number | null {
  const tiers = tiersOf(profile);
  if (!tiers) return null;
  const input = tokens(Math.min(inputBound(messages) + besideBound(messages, beside), profile.max_context_length));
  const possible = tiers.filter(({ above }, at) => at === 0 || input > above);
  const dearestInput = largest(possible.flatMap((tier) => [tier.input, tier.cachedInput, tier.cacheWrite]));
  const dearestOutput = largest(possible.map(({ output }) => output));
  return dollars(input * dearestInput + tokens(outputCap) * dearestOutput + feeOf(profile));
}

/** What a request carries beside its messages. */
type Beside = Pick<ModelRequest, "tools" | "response_schema">;

/** Tokens that vendors add of their own where there are tools [Anthropic, "Tool use": up to 675]. */
const TOOLS_OVERHEAD = 1_024;

/** A schema may travel twice, in its field and in the prompt. */
function besideBound(messages: readonly Message[], { tools, response_schema }: Beside): number {
  const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  const called = messages.reduce((sum, { tool_calls }) => sum + (tool_calls ? bytes(tool_calls) : 0), 0);
  const offered = tools?.length ? bytes(tools) + TOOLS_OVERHEAD : 0;
  return called + offered + (response_schema ? 2 * bytes(response_schema) : 0);
}

/** What a model may be asked to write at most: never more than it can. */
export const capFor = (wanted: number, { max_output_tokens: most }: Pick<Profile, "max_output_tokens">): number =>
  Math.min(wanted, most ?? wanted);

/** Pico-dollars per token, for calls with more than `above` tokens of input. */
type Tier = { above: bigint; input: bigint; output: bigint; cachedInput: bigint; cacheWrite: bigint };

/** Never empty, the shortest inputs first. Null when the price is unknown. */
function tiersOf({ cost_per_input_token, cost_per_output_token, prices }: Prices): [Tier, ...Tier[]] | null {
  if (cost_per_input_token === null || cost_per_output_token === null) return null;
  const tier = (above: number, input: number, output: number, cached: number | null, write: number | null): Tier => ({
    above: BigInt(above),
    input: toPico(input),
    output: toPico(output),
    cachedInput: toPico(cached ?? input),
    cacheWrite: toPico(write ?? input),
  });
  const base = [cost_per_input_token, cost_per_output_token] as const;
  return [
    tier(0, ...base, prices?.cached_input ?? null, prices?.cache_write ?? null),
    ...(prices?.tiers ?? []).map((at) =>
      tier(at.above_input_tokens, at.input, at.output, at.cached_input, at.cache_write),
    ),
  ];
}

const feeOf = ({ prices }: Prices): bigint => toPico(prices?.per_request ?? 0);

const tokens = (count: number): bigint => BigInt(Math.ceil(count));

const largest = (amounts: readonly bigint[]): bigint => {
  let most = 0n;
  for (const amount of amounts) if (amount > most) most = amount;
  return most;
};

/** Rounded up. */
const dollars = (pico: bigint): number => Number((pico + 999n) / 1000n) / 1e9;

export const inputBound = (messages: readonly Message[]): number =>
  messages.reduce((sum, { content }) => sum + Buffer.byteLength(content) + 16, 64);

/** Rough tokens of a text in any script, for choosing and estimating; never for reserving. */
export const roughTokens = (...texts: readonly (string | null)[]): number =>
  Math.ceil(texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), 0) / 3.5);

/** Money in nano-dollars added without drift. */
export const addMoney = (...amounts: readonly number[]): number =>
  amounts.reduce((sum, amount) => sum + Math.round(amount * 1e9), 0) / 1e9;

const toPico = (dollars: number): bigint => BigInt(Math.round(dollars * PICO));
