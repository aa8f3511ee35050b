-- Keys and addresses of other services, set by an admin. The environment wins over what is here.
create table external_integrations (
  id uuid primary key default new_id(),
  name text not null unique,
  settings jsonb not null default '{}',
  -- encrypted; never leaves the server
  secret bytea,
  is_active boolean not null default true,
  last_contact_at timestamptz(3),
  last_error text,
  calls bigint not null default 0,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create trigger external_integrations_updated_at before update on external_integrations
  for each row execute function touch_updated_at();
