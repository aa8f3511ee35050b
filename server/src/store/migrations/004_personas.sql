create table personas (
  id uuid primary key default new_id(),
  -- null: ours, for everyone
  owner_id text references users (id) on delete cascade,
  name text not null,
  description text not null default '',
  system_prompt text not null,
  traits text[] not null default '{}',
  -- domain -> 0 to 1
  domain_leanings jsonb not null default '{}',
  preferred_models text[] not null default '{}',
  search_preferences jsonb not null default '{}',
  temperature double precision check (temperature between 0 and 2),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create unique index personas_name_key on personas (owner_id, lower(name)) nulls not distinct;

create trigger personas_updated_at before update on personas for each row execute function touch_updated_at();
