-- The life of a file: its jobs, its state and its events are written by these functions alone, each one transaction. A function
-- takes one JSON object and answers one, with a `code`. It locks the file before the job: always that order.

-- A file that is being deleted is nobody's any more; its rows go in small steps.
alter table files add column deleted_at timestamptz(3);

create index files_deleted_at_idx on files (deleted_at) where deleted_at is not null;
create index processing_jobs_owner_id_started_at_idx on processing_jobs (owner_id, started_at desc nulls last);

-- An event of a file, numbered without gaps. Answers its number; null: there is no such file.
create function file_tell(p_file_id uuid, p_type text, p_message text, p_details jsonb, p_level log_level default 'info')
returns int language plpgsql as $$
declare
  v_seq int;
begin
  update files set last_seq = last_seq + 1 where id = p_file_id returning last_seq into v_seq;
  if not found then return null; end if;
  insert into orchestration_logs (log_level, component, event_type, message, details, stream_id, seq, timestamp)
  values (p_level, 'files', p_type, p_message, jsonb_build_object('file_id', p_file_id) || p_details, p_file_id, v_seq, clock_timestamp());
  return v_seq;
end
$$;

-- One more job of a file. A file is never worked on twice at once: what waits already gives way.
create function file_add_job(p_file files, p_kind text, p_details jsonb default '{}', p_after interval default '0') returns void
language plpgsql as $$
begin
  update processing_jobs set status = 'cancelled', epoch = epoch + 1, lease_until = null, finished_at = now()
    where file_id = p_file.id and status in ('queued', 'running');
  insert into processing_jobs (owner_id, file_id, kind, details, run_after)
  values (p_file.owner_id, p_file.id, p_kind, p_details, now() + p_after);
end
$$;

-- The end of a job, and what it means for the file. A file that was ready stays so where only its chunks were to be made anew.
create function file_close(f files, j processing_jobs, p jsonb) returns int language plpgsql as $$
declare
  v_code text := p ->> 'error_code';
  v_failed boolean := v_code is not null and j.kind = 'read';
begin
  update processing_jobs set status = case when v_code is null then 'completed' else 'failed' end::job_status,
    error_code = v_code, error_message = p ->> 'error_message', lease_until = null, finished_at = now(),
    stage_times = coalesce(p -> 'stage_times', stage_times)
  where id = j.id;
  update files set status = case when v_failed then 'failed' else 'ready' end::file_status,
    stage = case when v_failed then stage end, stage_done = null, stage_total = null,
    stage_times = case when j.kind = 'read' then coalesce(p -> 'stage_times', stage_times) else stage_times || coalesce(p -> 'stage_times', '{}') end,
    error_code = case when v_failed then v_code end, error_message = case when v_failed then p ->> 'error_message' end,
    embedding_model = coalesce(p ->> 'embedding_model', embedding_model), warnings = coalesce(p -> 'warnings', warnings),
    processed_at = case when j.kind = 'read' then now() else processed_at end
  where id = f.id returning * into f;
  return file_tell(f.id, 'processing_finished', coalesce(p ->> 'message', ''), jsonb_build_object('status', f.status,
    'error', f.error_code, 'chunks', f.chunk_count, 'elapsed_ms', coalesce((p ->> 'elapsed_ms')::numeric, 0)),
    case when v_failed then 'warning' else 'info' end::log_level);
end
$$;

-- Jobs whose worker is gone wait again. `alone`: no other process lives, so nobody works on any.
create function file_reclaim(p_alone boolean) returns void language sql as $$
  update processing_jobs j set status = 'queued', lease_until = null
  from (
    select id from processing_jobs where status = 'running' and (p_alone or not journal_leased(lease_until))
    order by id for update skip locked
  ) left_lying
  where j.id = left_lying.id
$$;

-- take: the next job for a worker. Files that nobody has read go before those that are to be chunked or embedded anew; of their
-- owners, the one with the fewest at work, and of those, the one who was served longest ago. {alone, newcomers, dead}
-- `alone`: as in file_reclaim, which the start has called; so no lease runs out.
-- `newcomers`: only a job of someone who has none at work. `dead`: what people are told of a file that its workers died of, each time.
-- -> {code: taken, job, file}; {code: ended, file_id, owner_id, last_seq}: try again; {code: none, next_ms}: until one may be due
create function file_take(p jsonb) returns jsonb language plpgsql as $$
declare
  v_owner text;
  f files;
  j processing_jobs;
  v_next timestamptz;
begin
  if not coalesce((p ->> 'alone')::boolean, false) then perform file_reclaim(false); end if;
  for v_owner in
    select w.owner_id
    from (
      select owner_id, bool_or(kind = 'read') as reads from processing_jobs
      where status = 'queued' and run_after <= now() and file_id is not null group by owner_id
    ) w,
    lateral (select count(*) as n from processing_jobs r where r.owner_id = w.owner_id and r.status = 'running') b,
    lateral (select max(started_at) as at from processing_jobs s where s.owner_id = w.owner_id and s.started_at is not null) s
    where b.n = 0 or not coalesce((p ->> 'newcomers')::boolean, false)
    order by w.reads desc, b.n, s.at nulls first, w.owner_id
  loop
    for j in
      select * from processing_jobs where owner_id = v_owner and status = 'queued' and run_after <= now() and file_id is not null
      order by kind <> 'read', run_after, id limit 5
    loop
      select * into f from files where id = j.file_id for update skip locked;
      continue when not found;
      select * into j from processing_jobs where id = j.id and status = 'queued' for update skip locked;
      continue when not found;
      if f.deleted_at is not null then
        update processing_jobs set status = 'cancelled', finished_at = now() where id = j.id;
      elsif j.attempt >= j.max_attempts then
        return jsonb_build_object('code', 'ended', 'file_id', f.id, 'owner_id', f.owner_id, 'last_seq', file_close(f, j,
          jsonb_build_object('error_code', 'file.reader_died', 'error_message', p ->> 'dead', 'message', p ->> 'dead')));
      else
        update processing_jobs set status = 'running', epoch = epoch + 1, attempt = attempt + 1, lease_until = journal_lease(),
          started_at = now(), error_code = null, error_message = null
        where id = j.id returning * into j;
        update files set status = case when j.kind = 'read' then 'processing' else f.status end, error_code = null, error_message = null
        where id = f.id returning * into f;
        return jsonb_build_object('code', 'taken', 'job', to_jsonb(j), 'file', to_jsonb(f));
      end if;
    end loop;
  end loop;
  select min(run_after) into v_next from processing_jobs where status = 'queued' and run_after > now();
  return jsonb_build_object('code', 'none', 'next_ms', ceil(extract(epoch from v_next - now()) * 1000));
end
$$;

-- renew: {jobs: [{job_id, epoch}]} -> {jobs: the ids of those that are still held}
create function file_renew(p jsonb) returns jsonb language plpgsql as $$
declare
  v_kept jsonb;
begin
  update processing_jobs j set lease_until = journal_lease()
  from (
    select w.id from jsonb_to_recordset(p -> 'jobs') h (job_id uuid, epoch int)
      join processing_jobs w on w.id = h.job_id and w.epoch = h.epoch and w.status = 'running'
    order by w.id for update of w skip locked
  ) mine
  where j.id = mine.id;
  select coalesce(jsonb_agg(w.id), '[]') into v_kept from jsonb_to_recordset(p -> 'jobs') h (job_id uuid, epoch int)
    join processing_jobs w on w.id = h.job_id and w.epoch = h.epoch and w.status = 'running';
  return jsonb_build_object('code', 'renewed', 'jobs', v_kept);
end
$$;

-- What a worker writes of the job it has: {file_id, job_id, epoch} and
-- stage: how far it is. {stage, done, total, stage_times, elapsed_ms, message, details, file, advanced}
--   `details`: added to those of the job; `file`: what was learned of it; `advanced`: what is done will not be done again.
-- show: a version of its chunks is what searches see. {version, chunk_count, chunking, embedding_model}
-- close: it has ended. {error_code, error_message, stage_times, elapsed_ms, message, embedding_model, warnings, embed_after_s}
-- let_go: it waits for another try. {after_s, error_code, error_message, stage_times, counts}; `counts`: of those it may have
-- -> {code: written, last_seq}; {code: lost}: it is another's, or nobody's
create function file_write(p jsonb) returns jsonb language plpgsql as $$
declare
  f files;
  j processing_jobs;
  v_seq int;
begin
  select * into f from files where id = (p ->> 'file_id')::uuid for update;
  select * into j from processing_jobs where id = (p ->> 'job_id')::uuid and epoch = (p ->> 'epoch')::int and status = 'running'
    and file_id = f.id for update;
  if not found then return jsonb_build_object('code', 'lost'); end if;
  case p ->> 'write'
    when 'stage' then v_seq := file_stage(f, j, p);
    when 'show' then
      update files set chunk_version = (p ->> 'version')::int, chunk_count = (p ->> 'chunk_count')::int, chunking = p -> 'chunking',
        embedding_model = p ->> 'embedding_model'
      where id = f.id;
      update processing_jobs set details = details || '{"shown": true}', lease_until = journal_lease() where id = j.id;
    when 'close' then
      v_seq := file_close(f, j, p);
      if p ? 'embed_after_s' then perform file_add_job(f, 'embed', '{}', make_interval(secs => (p ->> 'embed_after_s')::int)); end if;
    when 'let_go' then
      update processing_jobs set status = 'queued', lease_until = null, error_code = p ->> 'error_code',
        error_message = p ->> 'error_message', stage_times = coalesce(p -> 'stage_times', stage_times),
        run_after = now() + make_interval(secs => (p ->> 'after_s')::double precision),
        attempt = case when (p ->> 'counts')::boolean then attempt else greatest(0, attempt - 1) end
      where id = j.id;
      update files set status = 'queued' where id = f.id and j.kind = 'read';
  end case;
  return jsonb_build_object('code', 'written', 'last_seq', v_seq);
end
$$;

create function file_stage(f files, j processing_jobs, p jsonb) returns int language plpgsql as $$
declare
  r files := jsonb_populate_record(f, coalesce(p -> 'file', '{}'));
begin
  update processing_jobs set stage = p ->> 'stage', done = (p ->> 'done')::bigint, total = (p ->> 'total')::bigint,
    stage_times = coalesce(p -> 'stage_times', stage_times), details = details || coalesce(p -> 'details', '{}'),
    lease_until = journal_lease(), attempt = case when (p ->> 'advanced')::boolean then 1 else attempt end
  where id = j.id;
  update files set stage = p ->> 'stage', stage_done = (p ->> 'done')::bigint, stage_total = (p ->> 'total')::bigint,
    type = r.type, mime = r.mime, encoding = r.encoding, metadata = r.metadata, analysis = r.analysis, warnings = r.warnings,
    text_length = r.text_length
  where id = f.id;
  return file_tell(f.id, 'processing_progress', coalesce(p ->> 'message', ''), jsonb_build_object('stage', p ->> 'stage',
    'done', (p ->> 'done')::bigint, 'total', coalesce((p ->> 'total')::bigint, 0), 'elapsed_ms', coalesce((p ->> 'elapsed_ms')::numeric, 0)));
end
$$;
