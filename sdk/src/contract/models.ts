/** A profile: a model as we know it. */
import { z } from "zod";
import { ModelName, ModelReference, Timestamp, userText } from "./common.ts";
import { profile } from "./story.ts";
import { Domain } from "./words.ts";

export const PerformanceMetrics = z
  .object({
    average_response_time: z.number().nullable().describe("milliseconds"),
    success_rate: z.number().nullable().describe("0 to 1"),
    average_quality_rating: z.number().nullable().describe("1 to 10"),
    total_requests: z.int(),
    total_tokens_processed: z.int(),
    uptime_percentage: z
      .number()
      .nullable()
      .describe("0 to 100: of the time between checks in the last 30 days, the share in which it could be asked"),
  })
  .meta({ id: "PerformanceMetrics" });
export type PerformanceMetrics = z.infer<typeof PerformanceMetrics>;

const DollarsPerToken = z.number().min(0).max(0.01, "must be US dollars for one token, not for a million");
const OwnPrice = DollarsPerToken.nullable().describe("US dollars for one token; null: as other input");

/** What `cost_per_input_token` and `cost_per_output_token` do not say of a price. */
export const Prices = z
  .object({
    cached_input: OwnPrice.describe("read from the provider's cache: US dollars for one token; null: as other input"),
    cache_write: OwnPrice.describe("written to the provider's cache: US dollars for one token; null: as other input"),
    tiers: z
      .array(
        z.object({
          above_input_tokens: z.int().min(0).describe("holds for the whole call once its input is longer than this"),
          input: DollarsPerToken,
          output: DollarsPerToken,
          cached_input: OwnPrice,
          cache_write: OwnPrice,
        }),
      )
      .max(10)
      .refine(
        (tiers) =>
          tiers.every((tier, at) => at === 0 || tier.above_input_tokens > (tiers[at - 1]?.above_input_tokens ?? 0)),
        "must be in order, each above another number of tokens",
      )
      .describe("by the length of the call's input, the lowest first"),
    per_request: z.number().min(0).max(100).describe("US dollars for each request, beside its tokens"),
    source: userText(100).describe("who says so"),
    as_of: z.iso.date().describe("when they said so"),
  })
  .meta({ id: "Prices" });
export type Prices = z.infer<typeof Prices>;

/** As the server works with it. */
export const Profile = z.object({
  model_name: ModelName,
  provider: z.string(),
  family: z.string().describe("models of one family share their maker's habits; they do not judge each other"),
  model_version: z.string(),
  aliases: z.array(z.string()).describe("names that people know it by; requests may use them, in any case"),
  specialties: z.array(z.string()),
  supported_languages: z.array(z.string()),
  max_context_length: z.int(),
  max_output_tokens: z.int().nullable().describe("the model writes no more in one reply; null: unknown"),
  strengths: z.string(),
  weaknesses: z.string(),
  best_use_cases: z.array(z.string()),
  api_endpoint: z.string().nullable(),
  api_key_required: z.boolean(),
  cost_per_input_token: z.number().nullable().describe("US dollars; null: unknown"),
  cost_per_output_token: z.number().nullable().describe("US dollars; null: unknown"),
  prices: Prices.nullable().describe(
    "the rest of its price: caches, long inputs, fees, and whence it is; null: there is no more to it",
  ),
  rate_limits: z.object({ requests_per_minute: z.int().nullable(), tokens_per_minute: z.int().nullable() }),
  is_active: z.boolean(),
  is_available: z.boolean().describe("false: its provider has no key or does not answer, or the model was retired"),
  last_health_check: Timestamp.nullable(),
  over_billed_at: Timestamp.nullable().describe(
    "when it charged more than had been reserved: since then it takes no part where there is a cost limit; `is_active` true puts it back",
  ),
  retired: z
    .object({
      since: Timestamp,
      substitute: z.string().nullable().describe("the provider's id of the model that took its place; null: unknown"),
    })
    .nullable()
    .describe(
      "the provider's list lacks its `model_version`: it is not asked; null: it is there, or nobody has looked",
    ),
  performance_metrics: PerformanceMetrics,
  domain_performance: z
    .partialRecord(Domain, z.object({ threads: z.int(), average_score: z.number() }))
    .describe("measured answers per domain"),
  simulated: z.boolean(),
});
export type Profile = z.infer<typeof Profile>;

/** As the API shows it. */
export const ShownProfile = Profile.extend({
  built_in: z
    .boolean()
    .describe("it comes with the server and cannot be removed; false: it is your own, or was found at your Ollama"),
}).meta({ id: "Profile", example: profile });
export type ShownProfile = z.infer<typeof ShownProfile>;

const word = userText(100).trim().min(1, "must not be empty");
const words = z.array(word).max(50);
const PricePerToken = DollarsPerToken.nullable().describe("US dollars for one token; null: unknown");
const PerMinute = z.int().min(1).max(2_000_000_000).nullable().default(null);

const isPlainUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
};

/** What a person may say about a model. What is measured, its name and whether it is simulated is not theirs to set. */
const facts = z.object({
  provider: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "must be 1-64 of a-z 0-9 . _ - and start with a letter or digit")
    .describe("who serves it, such as openai"),
  family: word.describe("its maker; by default the provider"),
  model_version: word.describe("the provider's own id of the model"),
  aliases: z.array(ModelReference).max(50),
  specialties: z.array(word.toLowerCase()).max(50).describe("domains and needs, the strongest first"),
  supported_languages: words.describe("ISO 639-1"),
  max_context_length: z.int().min(1).max(1_000_000_000).describe("tokens"),
  max_output_tokens: z.int().min(1).max(1_000_000_000).nullable().describe("tokens of one reply; null: unknown"),
  strengths: userText(2_000),
  weaknesses: userText(2_000),
  best_use_cases: words,
  api_endpoint: userText(2_000).refine(isPlainUrl, "must be an http(s) URL without user and password").nullable(),
  api_key_required: z.boolean(),
  cost_per_input_token: PricePerToken,
  cost_per_output_token: PricePerToken,
  prices: Prices.nullable().describe("beside a new price per token only when given with it"),
  rate_limits: z.object({ requests_per_minute: PerMinute, tokens_per_minute: PerMinute }),
  is_active: z.boolean().describe("false: it takes no part in anything"),
});

/** A profile of one's own. */
export const CreateModel = facts
  .partial()
  .required({ provider: true, model_version: true })
  .extend({ model_name: ModelName })
  .meta({
    id: "CreateModel",
    example: {
      model_name: "house-llama",
      provider: "ollama",
      family: "meta",
      model_version: "llama3.3:70b",
      aliases: ["House Llama"],
      specialties: ["coding", "general"],
      max_context_length: 131072,
      api_key_required: false,
      cost_per_input_token: 0,
      cost_per_output_token: 0,
    },
  });
export type CreateModel = z.infer<typeof CreateModel>;

/** What is not named stays. */
export const UpdateModel = facts
  .partial()
  .meta({ id: "UpdateModel", example: { is_active: false, cost_per_input_token: 0.000002 } });
export type UpdateModel = z.infer<typeof UpdateModel>;
