-- What was searched for and found. The private mode writes none.
create table search_queries (
  id uuid primary key default new_id(),
  owner_id text not null references users (id) on delete cascade,
  mode search_mode not null,
  query text not null,
  filters jsonb not null default '{}',
  -- [{chunk_id, file_id, score}], best first
  results jsonb not null default '[]',
  result_count int not null default 0,
  answer text,
  -- the thread that wrote the answer
  thread_id uuid references conversation_threads (id) on delete set null,
  embedding_model text,
  cost numeric(20, 10) check (cost >= 0),
  -- milliseconds
  duration double precision,
  created_at timestamptz(3) not null default now()
);

create index search_queries_owner_id_created_at_idx on search_queries (owner_id, created_at desc nulls last);
create index search_queries_thread_id_idx on search_queries (thread_id) where thread_id is not null;
