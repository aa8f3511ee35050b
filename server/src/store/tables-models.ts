/** What is known and measured about models. A test holds these equal to the columns of the database. */
import type { AlgorithmSettings, Domain, PerformanceMetrics, Prices, Profile } from "@orchestratex/sdk/contract";
import type { Defaulted, DefaultedJson, Json, NullableJson } from "./column-types.ts";

type ModelUsage = {
  times_selected: number;
  success_rate: number | null;
  average_score: number | null;
  total_cost: number;
};

type DomainUsage = {
  total_requests: number;
  average_satisfaction: number | null;
  preferred_models: string[];
  average_iterations: number | null;
};

export type AiModelProfilesTable = {
  id: Defaulted<string>;
  model_name: string;
  provider: string;
  model_version: string;
  specialties: Defaulted<string[]>;
  supported_languages: Defaulted<string[]>;
  max_context_length: number;
  strengths: Defaulted<string>;
  weaknesses: Defaulted<string>;
  best_use_cases: Defaulted<string[]>;
  api_endpoint: string | null;
  api_key_required: Defaulted<boolean>;
  cost_per_input_token: number | null;
  cost_per_output_token: number | null;
  rate_limits: DefaultedJson<Profile["rate_limits"]>;
  is_active: Defaulted<boolean>;
  is_available: Defaulted<boolean>;
  last_health_check: string | null;
  performance_metrics: DefaultedJson<PerformanceMetrics>;
  created_at: Defaulted<string>;
  updated_at: Defaulted<string>;
  family: string;
  simulated: Defaulted<boolean>;
  aliases: Defaulted<string[]>;
  domain_performance: DefaultedJson<Profile["domain_performance"]>;
  seeded: Defaulted<boolean>;
  over_billed_at: string | null;
  prices: NullableJson<Prices>;
  max_output_tokens: number | null;
  check_failure: string | null;
  retired_at: string | null;
  substitute: string | null;
  unlisted: Defaulted<boolean>;
};

export type ProviderChecksTable = {
  vendor: string;
  base_url: string;
  next_check_at: string;
  checked_at: string | null;
  code: string | null;
  detail: string | null;
  response_time: number | null;
  models: number | null;
};

export type ModelUptimeTable = {
  model_name: string;
  day: string;
  known_seconds: number;
  up_seconds: number;
};

export type AlgorithmMetricsTable = {
  id: Defaulted<string>;
  metric_date: string;
  time_period: "hourly" | "daily" | "weekly" | "monthly";
  total_sessions: Defaulted<number>;
  successful_sessions: Defaulted<number>;
  failed_sessions: Defaulted<number>;
  average_session_duration: number | null;
  total_threads: Defaulted<number>;
  average_iterations_per_thread: number | null;
  max_iterations_reached_count: Defaulted<number>;
  early_termination_count: Defaulted<number>;
  model_usage_stats: DefaultedJson<Record<string, ModelUsage>>;
  domain_performance: DefaultedJson<Partial<Record<Domain, DomainUsage>>>;
  cost_efficiency: DefaultedJson<Record<string, unknown>>;
  quality_metrics: DefaultedJson<Record<string, unknown>>;
  system_health: DefaultedJson<Record<string, unknown>>;
  simulated: Defaulted<boolean>;
};

export type SystemMetricsTable = {
  id: Defaulted<string>;
  sampled_at: Defaulted<string>;
  node: string;
  cpu_percentage: number | null;
  memory_usage: number | null;
  event_loop_delay_ms: number | null;
  active_requests: number | null;
  queue_length: number | null;
  sockets: number | null;
  database_bytes: number | null;
  details: DefaultedJson<Record<string, unknown>>;
};

export type AlgorithmVersionsTable = {
  number: number;
  version: string;
  settings: Json<AlgorithmSettings>;
  changed_by: string | null;
  comment: string | null;
  restored_from: string | null;
  created_at: Defaulted<string>;
};

export type RateBlocksTable = {
  id: Defaulted<string>;
  model_name: string;
  requests: number;
  tokens: number;
  counts_until: string;
};
