create table ai_model_profiles (
  id uuid primary key default new_id(),
  model_name text not null unique check (model_name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
  provider text not null,
  model_version text not null,
  specialties text[] not null default '{}',
  supported_languages text[] not null default '{}',
  max_context_length int not null,
  strengths text not null default '',
  weaknesses text not null default '',
  best_use_cases text[] not null default '{}',
  api_endpoint text,
  api_key_required boolean not null default true,
  -- US dollars; null: unknown
  cost_per_input_token numeric(20, 12) check (cost_per_input_token >= 0),
  cost_per_output_token numeric(20, 12) check (cost_per_output_token >= 0),
  rate_limits jsonb not null default '{"requests_per_minute": null, "tokens_per_minute": null}',
  is_active boolean not null default true,
  is_available boolean not null default true,
  last_health_check timestamptz(3),
  performance_metrics jsonb not null default '{
    "average_response_time": null, "success_rate": null, "average_quality_rating": null,
    "total_requests": 0, "total_tokens_processed": 0, "uptime_percentage": null
  }',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),

  -- Added to the source's fields.
  family text not null,
  simulated boolean not null default false,
  aliases text[] not null default '{}',
  -- domain -> {threads, average_score}
  domain_performance jsonb not null default '{}',
  -- its facts are those we ship, and are refreshed at start; an admin's edit ends that
  seeded boolean not null default false
);

create trigger ai_model_profiles_updated_at before update on ai_model_profiles
  for each row execute function touch_updated_at();
