-- The journal: one row is one attempt at one model call, whatever its role.
create table model_responses (
  id uuid primary key default new_id(),
  thread_id uuid not null,
  session_id uuid not null,
  iteration_number int not null,
  model_name text not null,
  role response_role not null,
  response_type response_type not null,
  response_text text,
  prompt_sent text not null default '',
  context_provided text,
  parent_response_id uuid references model_responses (id) on delete set null,
  -- ids of the evaluations whose criticism this response answers
  criticism_addressed text[] not null default '{}',
  -- milliseconds
  response_time double precision,
  -- {input_tokens, output_tokens, total_tokens, cached_input_tokens, reasoning_tokens}
  tokens_used jsonb,
  -- US dollars; null: unknown
  cost numeric(20, 10) check (cost >= 0),
  confidence_score double precision,
  self_assessment text,
  is_selected_best boolean not null default false,
  selection_score double precision,
  status response_status not null default 'pending',
  error_message text,
  timestamp timestamptz(3) not null default now(),
  -- milliseconds
  processing_duration double precision,

  -- Added to the source's fields.
  -- a name that survives a restart: '2.evaluate.claude'
  step text not null,
  attempt int not null default 1 check (attempt >= 1),
  epoch int not null default 0,
  reserved_cost numeric(20, 10) check (reserved_cost >= 0),
  cost_source cost_source,
  outcome_unknown boolean not null default false,
  finish_reason finish_reason,
  simulated boolean not null default false,
  -- what has come so far, about once a second
  partial_text text,

  foreign key (thread_id, session_id) references conversation_threads (id, session_id) on delete cascade,
  unique (thread_id, step, attempt)
);

alter table conversation_threads
  add foreign key (best_response_id) references model_responses (id) on delete set null;

-- At most one attempt of a step is under way or has succeeded.
create unique index model_responses_one_live_attempt_key
  on model_responses (thread_id, step) where status in ('pending', 'completed');
create index model_responses_thread_id_iteration_number_idx on model_responses (thread_id, iteration_number);
create index model_responses_model_name_timestamp_idx on model_responses (model_name, timestamp desc nulls last);
create index model_responses_is_selected_best_selection_score_idx
  on model_responses (is_selected_best, selection_score desc nulls last);
create index model_responses_parent_response_id_idx
  on model_responses (parent_response_id) where parent_response_id is not null;
