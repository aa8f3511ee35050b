-- The answering model's reply to criticism.
create table criticism_responses (
  id uuid primary key default new_id(),
  thread_id uuid not null,
  session_id uuid not null,
  original_response_id uuid not null references model_responses (id) on delete cascade,
  criticism_evaluation_ids uuid[] not null default '{}',
  responding_model text not null,
  iteration_number int not null,
  acknowledgment text,
  disagreement text,
  clarifications text,
  -- [{criticism_point, improvement_made, justification}]
  specific_improvements jsonb not null default '[]',
  revised_answer text not null,
  explanation_of_changes text,
  confidence_in_revision double precision,
  rebuttal_points text,
  alternative_interpretations text,
  -- milliseconds
  criticism_processing_time double precision,
  response_generation_time double precision,
  total_tokens_used int,
  cost numeric(20, 10) check (cost >= 0),
  improvement_score double precision,
  addresses_criticism boolean,
  maintains_strengths boolean,
  timestamp timestamptz(3) not null default now(),

  -- Added to the source's fields.
  -- the call that wrote the revision
  response_id uuid references model_responses (id) on delete set null,
  -- ids of criticisms (c1 ...)
  accepted text[] not null default '{}',
  -- [{id, reason}]
  disputed jsonb not null default '[]',

  foreign key (thread_id, session_id) references conversation_threads (id, session_id) on delete cascade
);

create index criticism_responses_thread_id_iteration_number_idx on criticism_responses (thread_id, iteration_number);
create index criticism_responses_original_response_id_idx on criticism_responses (original_response_id);
create index criticism_responses_response_id_idx on criticism_responses (response_id) where response_id is not null;
