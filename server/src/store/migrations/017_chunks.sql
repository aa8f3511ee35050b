create table vector_chunks (
  id uuid primary key default new_id(),
  file_id uuid not null references files (id) on delete cascade,
  -- of its file, kept here too: every search names the owner first
  owner_id text not null,
  -- seen once files.chunk_version says so
  version int not null,
  position int not null,
  text text not null,
  -- {page, sheet, heading, line, ...}
  place jsonb not null default '{}',
  embedding_model text,
  -- Without a dimension, as models differ; an HNSW index needs one, so it comes per model, with the search.
  embedding vector,
  -- 'simple': files are in any language
  search tsvector generated always as (to_tsvector('simple', text)) stored,
  created_at timestamptz(3) not null default now(),
  unique (file_id, version, position)
);

create index vector_chunks_owner_id_idx on vector_chunks (owner_id);
create index vector_chunks_search_idx on vector_chunks using gin (search);
