-- Work on files: read one, chunk it anew, embed it with another model. A job resumes at its stage after a crash.
create table processing_jobs (
  id uuid primary key default new_id(),
  owner_id text not null references users (id) on delete cascade,
  file_id uuid references files (id) on delete cascade,
  kind text not null,
  status job_status not null default 'queued',
  stage text,
  done bigint not null default 0,
  total bigint,
  attempt int not null default 0,
  max_attempts int not null default 3,
  -- stage -> milliseconds
  stage_times jsonb not null default '{}',
  details jsonb not null default '{}',
  error_code text,
  error_message text,
  epoch int not null default 0,
  lease_until timestamptz(3),
  run_after timestamptz(3) not null default now(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create index processing_jobs_owner_id_created_at_idx on processing_jobs (owner_id, created_at desc nulls last);
create index processing_jobs_file_id_idx on processing_jobs (file_id);
create index processing_jobs_waiting_idx on processing_jobs (run_after) where status in ('queued', 'running');

create trigger processing_jobs_updated_at before update on processing_jobs
  for each row execute function touch_updated_at();
