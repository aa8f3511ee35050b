/** A profile: a model as we know it. */
import { z } from "zod";
import { ModelName, Timestamp } from "./common.ts";
import { Domain } from "./words.ts";

export const PerformanceMetrics = z
  .object({
    average_response_time: z.number().nullable().describe("milliseconds"),
    success_rate: z.number().nullable().describe("0 to 1"),
    average_quality_rating: z.number().nullable().describe("1 to 10"),
    total_requests: z.int(),
    total_tokens_processed: z.int(),
    uptime_percentage: z.number().nullable().describe("0 to 100"),
  })
  .meta({ id: "PerformanceMetrics" });
export type PerformanceMetrics = z.infer<typeof PerformanceMetrics>;

export const Profile = z
  .object({
    model_name: ModelName,
    provider: z.string(),
    family: z.string().describe("models of one family share their maker's habits; they do not judge each other"),
    model_version: z.string(),
    specialties: z.array(z.string()),
    supported_languages: z.array(z.string()),
    max_context_length: z.int(),
    strengths: z.string(),
    weaknesses: z.string(),
    best_use_cases: z.array(z.string()),
    api_endpoint: z.string().nullable(),
    api_key_required: z.boolean(),
    cost_per_input_token: z.number().nullable().describe("US dollars; null: unknown"),
    cost_per_output_token: z.number().nullable().describe("US dollars; null: unknown"),
    rate_limits: z.object({ requests_per_minute: z.int().nullable(), tokens_per_minute: z.int().nullable() }),
    is_active: z.boolean(),
    is_available: z.boolean(),
    last_health_check: Timestamp.nullable(),
    performance_metrics: PerformanceMetrics,
    domain_performance: z
      .partialRecord(Domain, z.object({ threads: z.int(), average_score: z.number() }))
      .describe("measured answers per domain"),
    simulated: z.boolean(),
  })
  .meta({ id: "Profile" });
export type Profile = z.infer<typeof Profile>;
