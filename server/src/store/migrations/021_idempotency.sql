-- The first answer to a request that may come twice, kept for a day.
create table idempotency_keys (
  user_id text not null,
  route text not null,
  key text not null,
  -- SHA-256 of the body, hex
  body_hash text not null,
  thread_id uuid references conversation_threads (id) on delete cascade,
  -- null while the first request runs
  status_code int,
  response jsonb,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null default now() + interval '24 hours',
  primary key (user_id, route, key)
);

create index idempotency_keys_thread_id_idx on idempotency_keys (thread_id) where thread_id is not null;
create index idempotency_keys_expires_at_idx on idempotency_keys (expires_at);
