-- What a user asks of a file: to be read again, to be left alone, to be gone. And what the server asks: to be chunked or embedded anew.

-- A file of someone, which may be named by the upload that turned out to be its duplicate.
create function file_of(p_owner_id text, p_id uuid) returns uuid language sql stable as $$
  select f.id from files f where f.owner_id = p_owner_id and f.deleted_at is null
    and (f.id = p_id or f.id = (select u.file_id from uploads u where u.id = p_id and u.owner_id = p_owner_id))
  order by f.id = p_id desc limit 1
$$;

-- retry: {file_id} -> {code: queued | not_found | uploading | running}
create function file_retry(p jsonb) returns jsonb language plpgsql as $$
declare
  f files;
begin
  select * into f from files where id = (p ->> 'file_id')::uuid and deleted_at is null for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  if f.status = 'uploading' then return jsonb_build_object('code', 'uploading'); end if;
  if f.status in ('queued', 'processing') then return jsonb_build_object('code', 'running'); end if;
  perform file_add_job(f, 'read');
  update files set status = 'queued', stage = null, stage_done = null, stage_total = null, stage_times = '{}',
    error_code = null, error_message = null
  where id = f.id;
  return jsonb_build_object('code', 'queued');
end
$$;

-- cancel: {file_id, error_code, error_message} -> {code: cancelled | not_found | not_running, last_seq}
create function file_cancel(p jsonb) returns jsonb language plpgsql as $$
declare
  f files;
  j processing_jobs;
begin
  select * into f from files where id = (p ->> 'file_id')::uuid and deleted_at is null for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  select * into j from processing_jobs where file_id = f.id and status in ('queued', 'running')
    order by id desc limit 1 for update;
  if not found then return jsonb_build_object('code', 'not_running'); end if;
  update processing_jobs set epoch = epoch + 1 where id = j.id;
  return jsonb_build_object('code', 'cancelled', 'last_seq', file_close(f, j, p || jsonb_build_object('message', p ->> 'error_message')));
end
$$;

-- doom: from now on it is not there for anybody; its rows and bytes go next. {file_id} -> {code: doomed | not_found, blob_key}
create function file_doom(p jsonb) returns jsonb language plpgsql as $$
declare
  f files;
begin
  select * into f from files where id = (p ->> 'file_id')::uuid for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  update processing_jobs set status = 'cancelled', epoch = epoch + 1, lease_until = null, finished_at = now()
    where file_id = f.id and status in ('queued', 'running');
  -- Its checksum would make another upload its duplicate, its chunks would be found.
  update files set deleted_at = coalesce(deleted_at, now()), sha256 = null, chunk_version = 0, chunk_count = 0 where id = f.id;
  delete from uploads where id = f.id;
  return jsonb_build_object('code', 'doomed', 'blob_key', f.blob_key);
end
$$;

-- rework: jobs for files that are ready, and chunked or embedded otherwise than now. {kind, chunking | model, most} -> {code, files: how many}
-- Whoever waits for a model that could not be used, waits no longer.
create function file_rework(p jsonb) returns jsonb language plpgsql as $$
declare
  f files;
  v_files int := 0;
begin
  if p ->> 'kind' = 'embed' then
    update processing_jobs set run_after = now() where kind = 'embed' and status = 'queued' and run_after > now();
  end if;
  for f in
    select * from files
    where status = 'ready' and deleted_at is null and chunk_count > 0
      and case p ->> 'kind' when 'chunk' then chunking is distinct from p -> 'chunking' else embedding_model is distinct from p ->> 'model' end
      and not exists (select from processing_jobs j where j.file_id = files.id and j.status in ('queued', 'running'))
    order by id limit (p ->> 'most')::int for update skip locked
  loop
    perform file_add_job(f, p ->> 'kind');
    v_files := v_files + 1;
  end loop;
  return jsonb_build_object('code', 'queued', 'files', v_files);
end
$$;
