-- What proves who asks. Only SHA-256 hashes are kept, never a key or a token.
create table api_keys (
  id uuid primary key default new_id(),
  user_id text not null references users (id) on delete cascade,
  name text not null,
  -- the first letters, so that a person recognises it
  prefix text not null,
  key_hash text not null unique,
  scopes text[] not null default '{}',
  last_used_at timestamptz(3),
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  created_at timestamptz(3) not null default now()
);

create index api_keys_user_id_idx on api_keys (user_id);

-- Each use of a refresh token makes the next of its family; a used one seen again revokes the family.
create table refresh_tokens (
  id uuid primary key default new_id(),
  user_id text not null references users (id) on delete cascade,
  family_id uuid not null,
  token_hash text not null unique,
  user_agent text,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  revoked_at timestamptz(3),
  created_at timestamptz(3) not null default now()
);

create index refresh_tokens_user_id_idx on refresh_tokens (user_id);
create index refresh_tokens_family_id_idx on refresh_tokens (family_id);
