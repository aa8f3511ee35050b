create table files (
  id uuid primary key default new_id(),
  owner_id text not null references users (id) on delete cascade,
  name text not null,
  size bigint not null check (size >= 0),
  -- hex, once all bytes are in
  sha256 text,
  -- as the client named it, and as its bytes say
  declared_mime text,
  mime text,
  type text,
  encoding text,
  -- where the bytes are, for the blob store
  blob_key text,
  status file_status not null default 'uploading',
  stage text,
  stage_done bigint,
  stage_total bigint,
  -- stage -> milliseconds
  stage_times jsonb not null default '{}',
  -- what its type tells (pages, sheets, EXIF ...), and what its text tells (words, structure ...)
  metadata jsonb not null default '{}',
  analysis jsonb not null default '{}',
  warnings text[] not null default '{}',
  -- a fault code and its words for the user
  error_code text,
  error_message text,
  text_length bigint,
  chunk_count int not null default 0,
  -- the version of its chunks that searches see; 0: none yet
  chunk_version int not null default 0,
  embedding_model text,
  last_seq int not null default 0,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  processed_at timestamptz(3)
);

create index files_owner_id_created_at_idx on files (owner_id, created_at desc nulls last);
create index files_owner_id_sha256_idx on files (owner_id, sha256);
create index files_unfinished_idx on files (status) where status <> 'ready';

create trigger files_updated_at before update on files for each row execute function touch_updated_at();

create table uploads (
  id uuid primary key default new_id(),
  file_id uuid not null references files (id) on delete cascade,
  owner_id text not null,
  size bigint not null check (size >= 0),
  chunk_size int not null check (chunk_size > 0),
  -- chunk index -> {size, sha256}
  received jsonb not null default '{}',
  received_bytes bigint not null default 0,
  -- of the whole, when the client told it
  expected_sha256 text,
  expires_at timestamptz(3) not null,
  completed_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create index uploads_file_id_idx on uploads (file_id);
create index uploads_expires_at_idx on uploads (expires_at) where completed_at is null;

create trigger uploads_updated_at before update on uploads for each row execute function touch_updated_at();
