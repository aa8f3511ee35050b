-- Counts changes, so that two who change the same row notice each other.
alter table external_integrations
  add column revision int not null default 0,
  add column last_error_at timestamptz(3);

-- What is known of each address at which models are asked. Whoever moves `next_check_at` on makes the check.
create table provider_checks (
  vendor text not null,
  base_url text not null,
  next_check_at timestamptz(3) not null,
  checked_at timestamptz(3),
  -- a fault code and the vendor's words; null: it answered
  code text,
  detail text,
  -- milliseconds
  response_time double precision,
  -- in its list; null: it gives none
  models int,
  primary key (vendor, base_url)
);

alter table ai_model_profiles
  -- the fault code of the last check of a real model; null: there was none, or it answered
  add column check_failure text,
  -- since when the vendor's list lacks its model_version, and the id that took its place
  add column retired_at timestamptz(3),
  add column substitute text,
  -- it answered though the list lacks it
  add column unlisted boolean not null default false;

-- Seconds between checks, per day (UTC): how many are known, and in how many of them the model could be asked.
create table model_uptime (
  model_name text not null references ai_model_profiles (model_name) on delete cascade,
  day date not null,
  known_seconds double precision not null,
  up_seconds double precision not null,
  primary key (model_name, day)
);
