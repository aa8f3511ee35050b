-- Rolled up as threads finish, so that analytics never scan history.
create table algorithm_metrics (
  id uuid primary key default new_id(),
  -- the start of the period, UTC
  metric_date timestamptz(3) not null,
  time_period metric_period not null,
  total_sessions int not null default 0,
  successful_sessions int not null default 0,
  failed_sessions int not null default 0,
  -- minutes
  average_session_duration double precision,
  total_threads int not null default 0,
  average_iterations_per_thread double precision,
  max_iterations_reached_count int not null default 0,
  early_termination_count int not null default 0,
  -- model_name -> {times_selected, success_rate, average_score, total_cost}
  model_usage_stats jsonb not null default '{}',
  -- domain -> {total_requests, average_satisfaction, preferred_models, average_iterations}
  domain_performance jsonb not null default '{}',
  cost_efficiency jsonb not null default '{}',
  quality_metrics jsonb not null default '{}',
  system_health jsonb not null default '{}',

  -- Added to the source's fields: simulated models are counted apart.
  simulated boolean not null default false,

  unique (time_period, metric_date, simulated)
);

-- The machine, sampled every minute by each node and kept 30 days.
create table system_metrics (
  id uuid primary key default new_id(),
  sampled_at timestamptz(3) not null default now(),
  node text not null,
  cpu_percentage double precision,
  -- MB
  memory_usage double precision,
  event_loop_delay_ms double precision,
  active_requests int,
  queue_length int,
  sockets int,
  database_bytes bigint,
  details jsonb not null default '{}'
);

create index system_metrics_sampled_at_idx on system_metrics (sampled_at desc nulls last);
