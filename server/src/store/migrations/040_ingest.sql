-- Vectors stand apart from their chunks: another model's are made beside those in use, and the file's embedding_model says
-- which ones searches compare. A chunk keeps its id meanwhile.
alter table vector_chunks drop column embedding, drop column embedding_model;

create table chunk_embeddings (
  chunk_id uuid not null references vector_chunks (id) on delete cascade,
  model text not null,
  file_id uuid not null references files (id) on delete cascade,
  owner_id text not null,
  embedding vector not null,
  primary key (chunk_id, model)
);

create index chunk_embeddings_owner_id_model_idx on chunk_embeddings (owner_id, model);
create index chunk_embeddings_file_id_idx on chunk_embeddings (file_id);

alter table files drop column warnings;
alter table files
  -- [{code, message}]
  add column warnings jsonb not null default '[]',
  -- with which size and overlap its chunks were made
  add column chunking jsonb;

-- One upload is one file to be: its id is the file's. A duplicate's row stays until it expires, and names the file that was there.
alter table uploads alter column file_id drop not null;

-- What a file leaves in the log goes with it.
create function delete_file_log() returns trigger language plpgsql as $$
begin
  delete from orchestration_logs where stream_id = old.id and thread_id is null;
  return null;
end
$$;

create trigger files_delete_log after delete on files for each row execute function delete_file_log();
