-- Each of these rows is written for every model call: half of a page is kept free, so that an update stays on its page (HOT).
create table user_sessions (
  id uuid primary key default new_id(),
  -- users.id, without a foreign key: a server without accounts takes any name
  user_id text not null,
  session_start timestamptz(3) not null default now(),
  session_end timestamptz(3),
  max_iterations int not null default 3 check (max_iterations between 1 and 10),
  status session_status not null default 'active',
  -- the protocol's `spent`
  total_cost numeric(20, 10) not null default 0 check (total_cost >= 0),
  user_satisfaction double precision check (user_satisfaction between 1 and 10),
  settings jsonb not null check (jsonb_typeof(settings) = 'object'),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),

  -- Added to the source's fields.
  held numeric(20, 10) not null default 0 check (held >= 0),
  unconfirmed numeric(20, 10) not null default 0 check (unconfirmed >= 0),
  overrun numeric(20, 10) not null default 0 check (overrun >= 0),
  -- whether the user chose max_iterations; if not, each thread's mode does
  iterations_given boolean not null default false,
  cost_limit numeric(20, 10) generated always as ((settings ->> 'cost_limit')::numeric) stored check (cost_limit >= 0),

  -- The promise: what a bill exceeds its reservation by is `overrun`, and that alone may pass the limit.
  constraint user_sessions_within_limit check (cost_limit is null or total_cost + unconfirmed + held <= cost_limit)
) with (fillfactor = 50);

create index user_sessions_user_id_session_start_idx on user_sessions (user_id, session_start desc nulls last);
create index user_sessions_status_created_at_idx on user_sessions (status, created_at desc nulls last);

create trigger user_sessions_updated_at before update on user_sessions
  for each row execute function touch_updated_at();
