create table collections (
  id uuid primary key default new_id(),
  owner_id text not null references users (id) on delete cascade,
  name text not null,
  description text not null default '',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create unique index collections_name_key on collections (owner_id, lower(name));

create trigger collections_updated_at before update on collections
  for each row execute function touch_updated_at();

create table collection_files (
  collection_id uuid not null references collections (id) on delete cascade,
  file_id uuid not null references files (id) on delete cascade,
  added_at timestamptz(3) not null default now(),
  primary key (collection_id, file_id)
);

create index collection_files_file_id_idx on collection_files (file_id);
