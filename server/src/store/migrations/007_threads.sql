create table conversation_threads (
  id uuid primary key default new_id(),
  session_id uuid not null references user_sessions (id) on delete cascade,
  original_prompt text not null,
  processed_prompt text,
  domain prompt_domain,
  complexity_level complexity_level,
  estimated_difficulty double precision check (estimated_difficulty between 1 and 10),
  language text,
  context text,
  current_iteration int not null default 0,
  max_iterations_reached boolean not null default false,
  -- a model_name
  best_model_id text,
  -- references model_responses, which comes later
  best_response_id uuid,
  thread_status thread_status not null default 'initializing',
  -- a fault code, when no answer exists
  failure_reason text,
  final_response text,
  final_quality_score double precision,
  user_accepted boolean,
  total_models_involved int not null default 0,
  total_tokens_used bigint not null default 0,
  -- the protocol's `spent`, of this thread
  total_cost numeric(20, 10) not null default 0 check (total_cost >= 0),
  -- milliseconds
  total_time_spent double precision not null default 0,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  completed_at timestamptz(3),

  -- Added to the source's fields. Money and limits:
  held numeric(20, 10) not null default 0 check (held >= 0),
  unconfirmed numeric(20, 10) not null default 0 check (unconfirmed >= 0),
  overrun numeric(20, 10) not null default 0 check (overrun >= 0),
  -- the prompt's own; null: none
  cost_limit numeric(20, 10) check (cost_limit >= 0),
  max_iterations int not null default 3 check (max_iterations between 1 and 10),
  quality_threshold double precision not null default 8 check (quality_threshold between 1 and 10),
  deadline_at timestamptz(3),

  -- What was asked, and what was decided:
  mode thread_mode not null default 'auto',
  settings jsonb not null default '{}',
  persona_id uuid references personas (id) on delete set null,
  parent_thread_id uuid references conversation_threads (id) on delete set null,
  -- null: a draft that nobody asked to run
  queued_at timestamptz(3),
  analysis jsonb,
  selected_model text,
  evaluators text[] not null default '{}',
  simulated boolean not null default false,
  best_iteration int,
  stop_reason stop_reason,
  user_rating double precision check (user_rating between 1 and 10),
  user_comment text,

  -- Whose it is, and how far the log goes (docs: the journal's protocol):
  epoch int not null default 0,
  lease_until timestamptz(3),
  takes_without_progress int not null default 0,
  request_no int not null default 0,
  seen_request_no int not null default 0,
  stop_requested stop_when,
  last_seq int not null default 0,

  -- What belongs to a thread names its session too; this key holds the two together.
  unique (id, session_id),
  constraint conversation_threads_within_limit
    check (cost_limit is null or total_cost + unconfirmed + held <= cost_limit)
) with (fillfactor = 50);

create index conversation_threads_session_id_created_at_idx
  on conversation_threads (session_id, created_at desc nulls last);
create index conversation_threads_domain_thread_status_idx on conversation_threads (domain, thread_status);
create index conversation_threads_best_model_id_final_quality_score_idx
  on conversation_threads (best_model_id, final_quality_score desc nulls last);
create index conversation_threads_best_response_id_idx
  on conversation_threads (best_response_id) where best_response_id is not null;
create index conversation_threads_parent_thread_id_idx
  on conversation_threads (parent_thread_id) where parent_thread_id is not null;
create index conversation_threads_persona_id_idx on conversation_threads (persona_id) where persona_id is not null;
create index conversation_threads_unfinished_idx
  on conversation_threads (queued_at) where thread_status not in ('completed', 'failed');

create trigger conversation_threads_updated_at before update on conversation_threads
  for each row execute function touch_updated_at();
