-- Who asks. Ids are text: the origin's user ids are kept as they were.
create table users (
  id text primary key,
  email text,
  name text not null default '',
  -- null: cannot sign in with a password
  password_hash text,
  role user_role not null default 'user',
  -- 'unclaimed': brought in from elsewhere, until an admin says whose it is
  status user_status not null default 'active',
  preferences jsonb not null default '{}',
  last_sign_in_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create unique index users_email_key on users (lower(email));

create trigger users_updated_at before update on users for each row execute function touch_updated_at();

-- Whoever uses a server without accounts, on the machine itself.
insert into users (id, name, role) values ('local', 'Local user', 'admin');
