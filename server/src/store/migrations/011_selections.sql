create table model_selection_history (
  id uuid primary key default new_id(),
  thread_id uuid not null,
  session_id uuid not null,
  iteration_number int not null,
  selection_phase selection_phase not null,
  algorithm_version text not null,
  selection_strategy selection_strategy not null,
  -- [{model_name, ...scores, final_score, selection_reasoning}], best first
  candidates_considered jsonb not null default '[]',
  selected_model text not null,
  selection_confidence double precision,
  runner_up_model text,
  selection_margin double precision,
  primary_selection_factors text[] not null default '{}',
  override_reasons text,
  selection_success boolean,
  actual_performance double precision,
  -- 0 to 1
  selection_accuracy_score double precision,
  timestamp timestamptz(3) not null default now(),
  -- milliseconds
  selection_time double precision,

  -- Added to the source's fields.
  evaluators text[] not null default '{}',
  reasoning text not null default '',

  foreign key (thread_id, session_id) references conversation_threads (id, session_id) on delete cascade
);

create index model_selection_history_thread_id_iteration_number_idx
  on model_selection_history (thread_id, iteration_number);
create index model_selection_history_selected_model_selection_success_idx
  on model_selection_history (selected_model, selection_success);
