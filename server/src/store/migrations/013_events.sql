-- The log. A row with a number is an event: kept, in order per stream, replayable. A row without one is a log line.
create table orchestration_logs (
  id uuid primary key default new_id(),
  session_id uuid,
  thread_id uuid,
  log_level log_level not null default 'info',
  component text not null,
  event_type text not null,
  message text not null default '',
  details jsonb not null default '{}',
  error_stack text,
  iteration_number int,
  model_involved text,
  -- milliseconds
  processing_time double precision,
  -- MB
  memory_usage double precision,
  active_requests int,
  queue_length int,
  timestamp timestamptz(3) not null default now(),

  -- Added to the source's fields.
  -- the thread or the file the event belongs to
  stream_id uuid,
  seq int check (seq >= 1),
  simulated boolean not null default false,

  foreign key (thread_id, session_id) references conversation_threads (id, session_id) on delete cascade,
  check (seq is null or stream_id is not null)
);

create unique index orchestration_logs_stream_id_seq_key on orchestration_logs (stream_id, seq) where seq is not null;
create index orchestration_logs_thread_id_seq_idx on orchestration_logs (thread_id, seq);
create index orchestration_logs_lines_idx on orchestration_logs (timestamp desc nulls last) where seq is null;
create index orchestration_logs_session_lines_idx on orchestration_logs (session_id) where thread_id is null;

-- Lines of a session that belong to none of its threads. A foreign key would cost every event an index entry more.
create function delete_session_log_lines() returns trigger language plpgsql as $$
begin
  delete from orchestration_logs where session_id = old.id and thread_id is null;
  return null;
end
$$;

create trigger user_sessions_delete_log_lines after delete on user_sessions
  for each row execute function delete_session_log_lines();
