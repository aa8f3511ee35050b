-- The settings of the algorithm: one row a version, never changed, never removed; the highest number holds.
create table algorithm_versions (
  number int primary key,
  version text not null unique,
  settings jsonb not null,
  -- null: it came with the server
  changed_by text,
  comment text,
  restored_from text references algorithm_versions (version),
  created_at timestamptz(3) not null default now()
);

create index algorithm_versions_restored_from_idx on algorithm_versions (restored_from) where restored_from is not null;

-- A key may have brought a session.
alter table idempotency_keys add column session_id uuid references user_sessions (id) on delete cascade;
create index idempotency_keys_session_id_idx on idempotency_keys (session_id) where session_id is not null;
