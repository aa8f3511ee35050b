-- What a user asked of a thread that was accepted already: stop, feedback, another iteration. Numbered per thread.
create table thread_requests (
  thread_id uuid not null,
  session_id uuid not null,
  request_no int not null,
  kind text not null check (kind in ('stop', 'feedback', 'iteration')),
  stop_when stop_when,
  feedback text,
  created_at timestamptz(3) not null default now(),
  primary key (thread_id, request_no),
  foreign key (thread_id, session_id) references conversation_threads (id, session_id) on delete cascade
);
