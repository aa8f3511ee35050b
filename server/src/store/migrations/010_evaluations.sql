create table model_evaluations (
  id uuid primary key default new_id(),
  thread_id uuid not null,
  session_id uuid not null,
  evaluated_response_id uuid not null references model_responses (id) on delete cascade,
  evaluator_model text not null,
  iteration_number int not null,
  -- the eight criteria, each 1-10
  evaluation_criteria jsonb not null,
  overall_score double precision not null,
  -- percent per criterion
  scoring_weights jsonb not null default '{}',
  criticism_text text not null default '',
  positive_aspects text not null default '',
  suggested_improvements text not null default '',
  alternative_approaches text not null default '',
  evaluator_confidence double precision not null,
  evaluator_speciality_match double precision not null,
  evaluation_prompt_used text not null default '',
  -- milliseconds
  evaluation_time double precision not null default 0,
  tokens_used int,
  cost numeric(20, 10) check (cost >= 0),
  timestamp timestamptz(3) not null default now(),

  -- Added to the source's fields.
  -- the evaluator's own call
  response_id uuid references model_responses (id) on delete set null,
  -- [{id, point, criterion, severity, quote, suggestion}]
  criticisms jsonb not null default '[]',
  status response_status not null default 'completed',

  foreign key (thread_id, session_id) references conversation_threads (id, session_id) on delete cascade
);

create index model_evaluations_thread_id_iteration_number_idx on model_evaluations (thread_id, iteration_number);
create index model_evaluations_evaluator_model_overall_score_idx
  on model_evaluations (evaluator_model, overall_score desc nulls last);
create index model_evaluations_evaluated_response_id_idx on model_evaluations (evaluated_response_id);
create index model_evaluations_response_id_idx on model_evaluations (response_id) where response_id is not null;
