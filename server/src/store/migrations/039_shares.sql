-- Links by which a thread can be read without being its owner; one a thread. Who knows the id, may read: it is made of chance.
create table thread_shares (
  id text primary key check (length(id) >= 22),
  thread_id uuid not null unique references conversation_threads (id) on delete cascade,
  user_id text not null,
  created_at timestamptz(3) not null default now()
);
