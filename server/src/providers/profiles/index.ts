/**
 * The profiles that come with the server. Specialties of six of the first eight: requirement PRV-2. Model ids and prices: the list of
 * prices.ts; shutdowns: retired.ts. Nothing speaks for their providers until there is a key.
 */
import type { Profile } from "@orchestratex/sdk/contract";
import { type Listed, priceList, priceOn } from "../prices.ts";
import { retirementOf, substituteFor } from "../retired.ts";
import { unmeasured } from "../unmeasured.ts";
import { vendorOf } from "../vendors.ts";
import { anthropic } from "./anthropic.ts";
import { google } from "./google.ts";
import { limits } from "./limits.ts";
import { mistral } from "./mistral.ts";
import { alibaba, groq, openrouter, together } from "./open.ts";
import { openai } from "./openai.ts";
import known from "./prices.json" with { type: "json" };
import type { Row } from "./row.ts";
import { xai } from "./xai.ts";

export const rows: readonly Row[] = [
  ...[...openai, ...anthropic, ...google, ...xai, ...mistral, ...alibaba],
  ...[...groq, ...together, ...openrouter],
];

const prices: Readonly<Record<string, Listed>> = known;

/** As they are on a day: with the prices of that day, and where a model is shut down, what its vendor names instead. */
export const firstProfiles = (at: Date): readonly Profile[] => rows.map((row) => profileOf(row, at));

function profileOf(row: Row, at: Date): Profile {
  const version = substituteFor(row.provider, row.version, at) ?? row.version;
  const [context, output] = limits[`${row.provider}/${version}`] ?? [0, null];
  const [requests, tokens] = row.perMinute ?? [null, null];
  return {
    model_name: row.name,
    provider: row.provider,
    family: row.family,
    model_version: version,
    aliases: [...row.aliases],
    specialties: [...row.specialties],
    supported_languages: [...row.languages],
    max_context_length: context,
    max_output_tokens: output,
    strengths: row.strengths,
    weaknesses: [row.weaknesses, ...end(row, at)].join(" "),
    best_use_cases: [...row.uses],
    api_endpoint: null,
    api_key_required: true,
    ...priceOf(row, version, at),
    rate_limits: { requests_per_minute: requests, tokens_per_minute: tokens },
    is_active: true,
    is_available: false,
    ...unmeasured,
    simulated: false,
  };
}

function priceOf({ provider, version, price }: Row, now: string, at: Date): ReturnType<typeof priceOn> {
  if (price && now === version) {
    const { source, as_of, ...dated } = price;
    return priceOn({ context: null, prices: [dated] }, at, { source, as_of });
  }
  return priceOn(prices[`${provider}/${now}`] ?? { context: null, prices: [] }, at, priceList);
}

/** In a sentence, when its vendor has said that it ends. */
function end({ provider, version }: Row, at: Date): string[] {
  const retirement = retirementOf(provider, version);
  if (!retirement) return [];
  const [vendor, instead] = [vendorOf(provider)?.title ?? provider, substituteFor(provider, version, at)];
  return instead
    ? [
        `${vendor} shut ${version} down on ${retirement.on}: ${instead}, which it names as the replacement, answers instead.`,
      ]
    : [`${vendor} shuts it down on ${retirement.on} and names ${retirement.substitute} as the replacement.`];
}
