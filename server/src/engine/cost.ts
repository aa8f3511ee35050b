/**
 * What a call costs, at most and in fact. Dollars in and out; inside, integer pico-dollars, so that sums never drift.
 * Rounded up to nano-dollars (1e-9), the wire's last digit.
 */
import type { Profile } from "@orchestratex/sdk/contract";
import type { Message, Usage } from "../providers/provider.ts";

const PICO = 1e12;

/** Dollars per token; null: unknown. Frozen into the reservation, so a later price change does not touch it. */
export type Prices = Pick<Profile, "cost_per_input_token" | "cost_per_output_token">;

/** Null when a price is unknown. */
export function costOf(usage: Pick<Usage, "input" | "output">, prices: Prices): number | null {
  const { cost_per_input_token: input, cost_per_output_token: output } = prices;
  if (input === null || output === null) return null;
  const pico = BigInt(Math.ceil(usage.input)) * toPico(input) + BigInt(Math.ceil(usage.output)) * toPico(output);
  return Number((pico + 999n) / 1000n) / 1e9;
}

/**
 * The most a request can cost: a token is never shorter than a byte, so its UTF-8 bytes bound its tokens.
 * The wire adds a few per message.
 */
export function reserveFor(
  messages: readonly Message[],
  outputCap: number,
  profile: Prices & { max_context_length: number },
): number | null {
  return costOf({ input: Math.min(inputBound(messages), profile.max_context_length), output: outputCap }, profile);
}

export const inputBound = (messages: readonly Message[]): number =>
  messages.reduce((sum, { content }) => sum + Buffer.byteLength(content) + 16, 64);

/** Rough tokens of a text in any script, for choosing and estimating; never for reserving. */
export const roughTokens = (...texts: readonly (string | null)[]): number =>
  Math.ceil(texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), 0) / 3.5);

/** Money in nano-dollars added without drift. */
export const addMoney = (...amounts: readonly number[]): number =>
  amounts.reduce((sum, amount) => sum + Math.round(amount * 1e9), 0) / 1e9;

const toPico = (dollars: number): bigint => BigInt(Math.round(dollars * PICO));
