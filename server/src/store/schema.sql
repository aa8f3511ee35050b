-- Made by `npm run schema` from the migrations; for reading, never edited. A test holds it equal to them.

create extension if not exists vector;

create type complexity_level as enum (
  'simple',
  'moderate',
  'complex',
  'expert'
);

create type cost_source as enum (
  'provider',
  'estimated',
  'unknown'
);

create type file_status as enum (
  'uploading',
  'queued',
  'processing',
  'ready',
  'failed'
);

create type finish_reason as enum (
  'stop',
  'length',
  'content_filter',
  'tool_calls',
  'other'
);

create type job_status as enum (
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled'
);

create type log_level as enum (
  'debug',
  'info',
  'warning',
  'error'
);

create type metric_period as enum (
  'hourly',
  'daily',
  'weekly',
  'monthly'
);

create type prompt_domain as enum (
  'coding',
  'creative',
  'factual',
  'math',
  'translation',
  'sentiment',
  'analysis',
  'general'
);

create type response_role as enum (
  'primary',
  'evaluator',
  'critic',
  'refiner'
);

create type response_status as enum (
  'pending',
  'completed',
  'failed',
  'superseded'
);

create type response_type as enum (
  'initial',
  'evaluation',
  'criticism',
  'improvement',
  'final'
);

create type search_mode as enum (
  'basic',
  'deep',
  'super_deep',
  'creative',
  'private',
  'uncensored'
);

create type selection_phase as enum (
  'initial',
  'refinement',
  'final'
);

create type selection_strategy as enum (
  'domain_match',
  'performance',
  'cost',
  'hybrid'
);

create type session_status as enum (
  'active',
  'completed',
  'terminated',
  'error'
);

create type stop_reason as enum (
  'threshold_met',
  'plateau',
  'max_iterations',
  'cost_limit',
  'deadline',
  'stopped',
  'no_evaluators'
);

create type stop_when as enum (
  'now',
  'after_iteration'
);

create type thread_mode as enum (
  'quick',
  'checked',
  'thorough',
  'auto',
  'direct'
);

create type thread_status as enum (
  'initializing',
  'model_selection',
  'responding',
  'evaluating',
  'criticism',
  'refining',
  'completed',
  'failed'
);

create type user_role as enum (
  'admin',
  'user'
);

create type user_status as enum (
  'active',
  'unclaimed',
  'disabled'
);

set check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.begin_upload(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_owner text := p ->> 'owner_id';
  v_id uuid := p ->> 'id';
  v_size bigint := p ->> 'size';
  v_known uuid;
  v_used bigint;
begin
  perform lock_files_of(v_owner);
  if (p ->> 'known')::boolean then v_known := file_with_bytes(v_owner, p ->> 'sha256', v_size); end if;
  if v_known is not null then return jsonb_build_object('code', 'known', 'file_id', v_known); end if;
  if p ->> 'quota' is not null then
    select coalesce(sum(size), 0) into v_used from files where owner_id = v_owner;
    if v_used + v_size > (p ->> 'quota')::bigint then return jsonb_build_object('code', 'quota', 'used', v_used); end if;
  end if;
  insert into files (id, owner_id, name, size, declared_mime) values (v_id, v_owner, p ->> 'name', v_size, p ->> 'mime');
  insert into uploads (id, file_id, owner_id, size, chunk_size, expected_sha256, metadata, expires_at)
    values (v_id, v_id, v_owner, v_size, (p ->> 'chunk_size')::int, p ->> 'sha256', coalesce(p -> 'metadata', '{}'),
      now() + make_interval(hours => (p ->> 'hours')::int));
  return jsonb_build_object('code', 'begun');
end
$function$;

CREATE OR REPLACE FUNCTION public.complete_upload(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  u uploads;
  v_known uuid;
begin
  select * into u from uploads where id = (p ->> 'id')::uuid;
  if not found then return '{"code": "gone"}'; end if;
  perform lock_files_of(u.owner_id);
  perform from files where id = u.id for update;
  select * into u from uploads where id = u.id for update;
  if not found then return '{"code": "gone"}'; end if;
  if u.completed_at is not null then return jsonb_build_object('code', 'completed', 'file_id', u.file_id); end if;
  v_known := file_with_bytes(u.owner_id, p ->> 'sha256', u.size);
  if v_known is not null then
    update uploads set file_id = v_known, completed_at = now() where id = u.id;
    delete from files where id = u.id;
    return jsonb_build_object('code', 'duplicate', 'file_id', v_known);
  end if;
  if p ->> 'blob_key' is null then return '{"code": "keep"}'; end if;
  update files set status = 'queued', sha256 = p ->> 'sha256', blob_key = p ->> 'blob_key' where id = u.id;
  insert into processing_jobs (owner_id, file_id, kind) values (u.owner_id, u.id, 'read');
  update uploads set completed_at = now() where id = u.id;
  return jsonb_build_object('code', 'queued', 'file_id', u.id, 'last_seq', tell_upload(u.id, u.size, u.size));
end
$function$;

CREATE OR REPLACE FUNCTION public.delete_file_log()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from orchestration_logs where stream_id = old.id and thread_id is null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.delete_session_log_lines()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from orchestration_logs where session_id = old.id and thread_id is null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.delete_thread_logs()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from orchestration_logs where thread_id in (select id from gone);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.drop_upload(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  u uploads;
begin
  select * into u from uploads where id = (p ->> 'id')::uuid and owner_id = coalesce(p ->> 'owner_id', owner_id);
  if not found then return '{"code": "gone"}'; end if;
  perform lock_files_of(u.owner_id);
  perform from files where id = u.id for update;
  select * into u from uploads where id = u.id for update;
  if not found then return '{"code": "gone"}'; end if;
  if u.completed_at is not null then return '{"code": "complete"}'; end if;
  delete from files where id = u.id;
  return '{"code": "dropped"}';
end
$function$;

CREATE OR REPLACE FUNCTION public.file_cancel(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.file_doom(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  f files;
begin
  -- As an upload's end does, which might just have found that these bytes are there.
  perform lock_files_of((select owner_id from files where id = (p ->> 'file_id')::uuid));
  select * into f from files where id = (p ->> 'file_id')::uuid for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  update processing_jobs set status = 'cancelled', epoch = epoch + 1, lease_until = null, finished_at = now()
    where file_id = f.id and status in ('queued', 'running');
  -- Its checksum would make another upload its duplicate, its chunks would be found.
  update files set deleted_at = coalesce(deleted_at, now()), sha256 = null, chunk_version = 0, chunk_count = 0 where id = f.id;
  delete from uploads where id = f.id;
  return jsonb_build_object('code', 'doomed', 'blob_key', f.blob_key);
end
$function$;

CREATE OR REPLACE FUNCTION public.file_of(p_owner_id text, p_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$
  select f.id from files f where f.owner_id = p_owner_id and f.deleted_at is null
    and (f.id = p_id or f.id = (select u.file_id from uploads u where u.id = p_id and u.owner_id = p_owner_id))
  order by f.id = p_id desc limit 1
$function$;

CREATE OR REPLACE FUNCTION public.file_reclaim(p_alone boolean)
 RETURNS void
 LANGUAGE sql
AS $function$
  update processing_jobs j set status = 'queued', lease_until = null
  from (
    select id from processing_jobs where status = 'running' and (p_alone or not journal_leased(lease_until))
    order by id for update skip locked
  ) left_lying
  where j.id = left_lying.id
$function$;

CREATE OR REPLACE FUNCTION public.file_renew(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.file_retry(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.file_take(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.file_tell(p_file_id uuid, p_type text, p_message text, p_details jsonb, p_level log_level DEFAULT 'info'::log_level)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_seq int;
begin
  update files set last_seq = last_seq + 1 where id = p_file_id returning last_seq into v_seq;
  if not found then return null; end if;
  insert into orchestration_logs (log_level, component, event_type, message, details, stream_id, seq, timestamp)
  values (p_level, 'files', p_type, p_message, jsonb_build_object('file_id', p_file_id) || p_details, p_file_id, v_seq, clock_timestamp());
  return v_seq;
end
$function$;

CREATE OR REPLACE FUNCTION public.file_with_bytes(p_owner_id text, p_sha256 text, p_size bigint)
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$
  select id from files where owner_id = p_owner_id and sha256 = p_sha256 and size = p_size and status not in ('uploading', 'failed')
  order by created_at, id limit 1
$function$;

CREATE OR REPLACE FUNCTION public.file_write(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.forget_received(p_id uuid)
 RETURNS void
 LANGUAGE sql
AS $function$
  update uploads set received = '{}', received_bytes = 0 where id = p_id and completed_at is null
$function$;

CREATE OR REPLACE FUNCTION public.journal_accept(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  k idempotency_keys := jsonb_populate_record(null::idempotency_keys, p -> 'repeat');
  v_first idempotency_keys;
  v_answer jsonb;
begin
  if k.key is null then return journal_admit(p); end if;
  loop
    insert into idempotency_keys (user_id, route, key, body_hash) values (k.user_id, k.route, k.key, k.body_hash)
      on conflict (user_id, route, key) do nothing;
    exit when found;
    select * into v_first from idempotency_keys where (user_id, route, key) = (k.user_id, k.route, k.key);
    if found then
      return jsonb_build_object('code', case when v_first.body_hash = k.body_hash then 'repeated' else 'key_reused' end,
        'thread_id', v_first.thread_id);
    end if;
  end loop;
  v_answer := journal_admit(p);
  if v_answer ->> 'code' = 'accepted' then
    update idempotency_keys set thread_id = (v_answer ->> 'thread_id')::uuid where (user_id, route, key) = (k.user_id, k.route, k.key);
  else
    delete from idempotency_keys where (user_id, route, key) = (k.user_id, k.route, k.key);
  end if;
  return v_answer;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_admit(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  s user_sessions;
  t conversation_threads := jsonb_populate_record(null::conversation_threads, p -> 'thread');
  v_found conversation_threads;
  v_queued timestamptz := case when (p ->> 'draft')::boolean then null else now() end;
  v_deadline timestamptz := v_queued + make_interval(secs => (t.settings ->> 'deadline_ms')::double precision / 1000);
begin
  select * into s from user_sessions where id = t.session_id for update;
  if not found then return jsonb_build_object('code', 'session_not_found'); end if;
  if s.status <> 'active' then return jsonb_build_object('code', 'session_ended'); end if;
  select * into v_found from conversation_threads where id = t.id for update;
  if found and v_found.queued_at is not null then return jsonb_build_object('code', 'started'); end if;
  insert into conversation_threads (id, session_id, original_prompt, context, mode, max_iterations, quality_threshold,
    cost_limit, settings, parent_thread_id, persona_id, queued_at, deadline_at)
  values (t.id, t.session_id, t.original_prompt, t.context, t.mode, coalesce(t.max_iterations, 3), t.quality_threshold,
    t.cost_limit, t.settings, t.parent_thread_id, t.persona_id, v_queued, v_deadline)
  on conflict (id) do update set mode = excluded.mode, max_iterations = excluded.max_iterations,
    quality_threshold = excluded.quality_threshold, cost_limit = excluded.cost_limit, settings = excluded.settings,
    context = excluded.context, queued_at = excluded.queued_at, deadline_at = excluded.deadline_at;
  if v_queued is not null then perform journal_alarm(t.id); end if;
  return jsonb_build_object('code', 'accepted', 'thread_id', t.id);
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_alarm(p_thread_id uuid, p_at timestamp with time zone DEFAULT now())
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if to_regclass('pgboss.job') is null then return; end if;
  update pgboss.job set start_after = least(start_after, p_at)
    where name = 'threads' and state = 'created' and policy = 'short' and coalesce(singleton_key, '') = p_thread_id::text;
  if found then return; end if;
  insert into pgboss.job (name, data, singleton_key, start_after, policy, retry_limit, expire_seconds, keep_until, deletion_seconds)
    select q.name, jsonb_build_object('thread_id', p_thread_id), p_thread_id::text, p_at, 'short', 0, 60,
      p_at + interval '1 day', 60
    -- Not there yet: pg-boss has made its tables, and our queue comes next. Whoever makes it sweeps then.
    from pgboss.queue q where q.name = 'threads'
  on conflict do nothing;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_ask(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  t conversation_threads;
  v_kind text := p ->> 'kind';
  v_when stop_when := (p ->> 'when')::stop_when;
  v_session session_status;
  v_event jsonb;
begin
  -- Whoever asks for work needs a session that still takes some: session, then thread.
  if v_kind = 'iteration' then
    select u.status into v_session from user_sessions u join conversation_threads c on c.session_id = u.id
      where c.id = (p ->> 'thread_id')::uuid for update of u;
    if v_session <> 'active' then return jsonb_build_object('code', 'session_ended'); end if;
  end if;
  select * into t from conversation_threads where id = (p ->> 'thread_id')::uuid for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  if t.queued_at is null then return jsonb_build_object('code', 'draft'); end if;
  if (v_kind = 'iteration') <> (t.thread_status in ('completed', 'failed')) then
    return jsonb_build_object('code', case when v_kind = 'iteration' then 'running' else 'finished' end);
  end if;
  if v_kind = 'iteration' and t.thread_status = 'failed' then
    return jsonb_build_object('code', case t.failure_reason when 'thread.rejected' then 'rejected' else 'failed' end);
  end if;
  if v_kind = 'iteration' and t.current_iteration >= 10 then return jsonb_build_object('code', 'limit'); end if;
  if v_kind = 'stop' and (t.stop_requested = 'now' or t.stop_requested = v_when) then
    return jsonb_build_object('code', 'asked', 'when', t.stop_requested, 'last_seq', t.last_seq);
  end if;
  t.request_no := t.request_no + 1;
  insert into thread_requests (thread_id, session_id, request_no, kind, stop_when, feedback)
    values (t.id, t.session_id, t.request_no, v_kind, v_when, p ->> 'feedback');
  if v_kind = 'stop' then
    t.stop_requested := v_when;
    v_event := jsonb_build_object('event_type', 'stop_requested', 'message', 'A stop was asked for (' || v_when || ')',
      'details', jsonb_build_object('when', v_when));
  else
    v_event := jsonb_build_object('event_type', 'feedback_received', 'message',
      case when v_kind = 'feedback' then 'Feedback came in' else 'Another iteration was asked for' end,
      'details', jsonb_build_object('kind', v_kind, 'feedback', p -> 'feedback', 'feedback_id', 'f' || t.request_no));
  end if;
  if v_kind = 'iteration' then
    t.thread_status := 'initializing';
    t.stop_requested := null;
    t.lease_until := null;
    t.takes_without_progress := 0;
    t.max_iterations := t.current_iteration + 1;
    update thread_requests set iteration_number = null where thread_id = t.id and iteration_number > t.current_iteration;
    update conversation_threads set completed_at = null, queued_at = now(), final_response = null, stop_reason = null,
      max_iterations_reached = false, user_accepted = null,
      deadline_at = now() + make_interval(secs => (settings ->> 'deadline_ms')::double precision / 1000) where id = t.id;
    perform journal_alarm(t.id);
  end if;
  return jsonb_build_object('code', 'asked', 'when', v_when,
    'last_seq', journal_save(t, jsonb_build_array(v_event || '{"component": "api"}'), p -> 'system'));
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_begin_direct(p jsonb, p_sessions uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_fit uuid[];
  v_codes text[];
  v_answers jsonb;
begin
  -- The money of all that begins in a session, where it has room for all.
  with money as (
    select session_id, max(user_id) as user_id, coalesce(sum(reserved_cost), 0) as cost,
      min(user_id) = max(user_id) as of_one, bool_or(reserved_cost is null or over_billed) as unlimited_only
    from jsonb_to_recordset(p) as c (session_id uuid, user_id text, reserved_cost numeric, over_billed boolean) group by session_id
  ), held as (
    update user_sessions u set held = u.held + m.cost from money m
    where u.id = any (p_sessions) and u.id = m.session_id and m.of_one and u.user_id = m.user_id and u.status = 'active' and (u.cost_limit is null
      or not m.unlimited_only and u.total_cost + u.overrun + u.unconfirmed + u.held + m.cost <= u.cost_limit)
    returning u.id
  ) select array_agg(id) into v_fit from held;
  if cardinality(v_fit) = cardinality(p_sessions) then
    v_codes := array_fill('reserved'::text, array[jsonb_array_length(p)]);
  else
    v_codes := journal_fit_direct(p, coalesce(v_fit, '{}'));
  end if;

  with calls as materialized (
    select l.*, v_codes[l.place] as code, u.settings as session, u.cost_limit,
      now() + make_interval(secs => (u.settings ->> 'deadline_ms')::double precision / 1000) as deadline
    from rows from (jsonb_to_recordset(p) as (session_id uuid, thread_id uuid, response_id uuid, event_id uuid, model_name text,
        simulated boolean, prompt text, context text, prompt_sent text, reserved_cost numeric, settings jsonb, system jsonb))
      with ordinality as l (session_id, thread_id, response_id, event_id, model_name, simulated, prompt, context, prompt_sent,
        reserved_cost, settings, system, place)
    left join user_sessions u on u.id = any (p_sessions) and u.id = l.session_id
  ), threads as (
    insert into conversation_threads (id, session_id, original_prompt, context, mode, max_iterations, quality_threshold, settings,
      queued_at, deadline_at, thread_status, current_iteration, selected_model, simulated, held, total_models_involved, epoch,
      lease_until, last_seq)
    select thread_id, session_id, prompt, context, 'direct', 1, (session ->> 'quality_threshold')::double precision, settings,
      now(), deadline, 'responding', 1, model_name, simulated, coalesce(reserved_cost, 0), 1, 1, journal_lease(), 1
    from calls where code = 'reserved'
  ), responses as (
    insert into model_responses (id, thread_id, session_id, iteration_number, model_name, role, response_type, prompt_sent,
      context_provided, step, epoch, reserved_cost, simulated)
    select response_id, thread_id, session_id, 1, model_name, 'primary', 'initial', prompt_sent, context,
      '1.answer.' || model_name, 1, reserved_cost, simulated
    from calls where code = 'reserved'
  ), events as (
    insert into orchestration_logs (id, session_id, thread_id, stream_id, seq, component, event_type, message, details,
      iteration_number, model_involved, memory_usage, active_requests, queue_length, simulated, timestamp)
    select event_id, session_id, thread_id, thread_id, 1, 'orchestrator', 'orchestration_started', 'Asked ' || model_name || ' directly',
      jsonb_build_object('mode', 'direct', 'max_iterations', 1, 'quality_threshold', session -> 'quality_threshold',
        'cost_limit', cost_limit, 'deadline_at', deadline, 'resumed', false, 'total_cost', 0),
      1, model_name, (system ->> 'memory_usage')::double precision, (system ->> 'active_requests')::int,
      (system ->> 'queue_length')::int, simulated, clock_timestamp()
    from calls where code = 'reserved'
  )
  select jsonb_agg(jsonb_build_object('code', code, 'deadline_ms', session -> 'deadline_ms') order by place)
    into v_answers from calls;
  return v_answers;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_cost_is_estimated(p_thread_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (select from model_responses where thread_id = p_thread_id and cost_source is distinct from 'provider' and status <> 'pending')
$function$;

CREATE OR REPLACE FUNCTION public.journal_direct(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  v_sessions uuid[] := array(select distinct (e ->> 'session_id')::uuid
    from jsonb_array_elements(coalesce(p -> 'begin', '[]') || coalesce(p -> 'end', '[]')) e);
  v_answers jsonb := '{}';
begin
  if cardinality(v_sessions) > 1 then perform from user_sessions where id = any (v_sessions) order by id for update; end if;
  if p ? 'end' then v_answers := jsonb_build_object('end', journal_end_direct(p -> 'end', v_sessions)); end if;
  if p ? 'begin' then v_answers := v_answers || jsonb_build_object('begin', journal_begin_direct(p -> 'begin', v_sessions)); end if;
  return v_answers;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_end_direct(p jsonb, p_sessions uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_threads uuid[] := array(select (e ->> 'thread_id')::uuid from jsonb_array_elements(p) e);
  v_responses uuid[] := array(select (e ->> 'id')::uuid from jsonb_array_elements(p) e);
  -- Of those that are simple: their events' numbers begin after it.
  v_last int[];
  v_warned boolean;
begin
  v_warned := journal_pay_direct(p, p_sessions, 1);
  if cardinality(v_threads) > 1 then perform from conversation_threads where id = any (v_threads) order by id for update; end if;

  with ended as (
    update conversation_threads t set thread_status = c.status::text::thread_status,
      stop_reason = case when c.status = 'completed' then 'no_evaluators'::stop_reason end, failure_reason = c.failure_code,
      final_response = case when c.status = 'completed' then c.response_text end,
      best_response_id = case when c.status = 'completed' then c.id end,
      best_model_id = case when c.status = 'completed' then c.model_name end,
      best_iteration = case when c.status = 'completed' then 1 end,
      current_iteration = case when c.status = 'completed' then 1 else 0 end,
      held = 0, total_cost = case when c.hold = 'spent' then c.cost else 0 end,
      unconfirmed = case when c.hold = 'unconfirmed' then t.held else 0 end, total_tokens_used = c.tokens,
      takes_without_progress = 0, lease_until = null, last_seq = t.last_seq + 2, completed_at = clock_timestamp(),
      total_time_spent = c.elapsed
    from rows from (jsonb_to_recordset(p) as (thread_id uuid, epoch int, id uuid, status response_status, response_text text,
        model_name text, hold text, cost numeric, reserved_cost numeric, tokens int, failure_code text, elapsed double precision))
      with ordinality as c (thread_id, epoch, id, status, response_text, model_name, hold, cost, reserved_cost, tokens, failure_code,
        elapsed, place)
    where t.id = any (v_threads) and t.id = c.thread_id and t.epoch = c.epoch and t.request_no = 0 and t.thread_status not in ('completed', 'failed')
      and t.held = coalesce(c.reserved_cost, 0) and (c.hold <> 'spent' or c.cost <= t.held)
    returning c.place, t.last_seq - 2 as last_seq
  ) select array_agg(e.last_seq order by n) into v_last
    from generate_series(1, jsonb_array_length(p)) n left join ended e on e.place = n;
  if array_position(v_last, null) is not null then
    perform journal_pay_direct(
      (select jsonb_agg(value) from jsonb_array_elements(p) with ordinality where v_last[ordinality] is null), p_sessions, -1);
  end if;

  update model_responses r set status = c.status, response_text = c.response_text, response_time = c.response_time,
    tokens_used = c.tokens_used, cost = c.cost, cost_source = c.cost_source, error_message = c.error_message,
    finish_reason = c.finish_reason, processing_duration = c.response_time, is_selected_best = c.status = 'completed'
  from rows from (jsonb_to_recordset(p) as (id uuid, status response_status, response_text text, response_time double precision,
      tokens_used jsonb, cost numeric, cost_source cost_source, error_message text, finish_reason finish_reason))
    with ordinality as c (id, status, response_text, response_time, tokens_used, cost, cost_source, error_message, finish_reason, place)
  where r.id = any (v_responses) and r.id = c.id and v_last[c.place] is not null;

  if v_warned then v_last := journal_warn_direct(p, v_last); end if;
  insert into orchestration_logs (id, session_id, thread_id, stream_id, seq, log_level, component, event_type, message, details,
    iteration_number, model_involved, processing_time, memory_usage, active_requests, queue_length, simulated, timestamp)
  select e.id, c.session_id, c.thread_id, c.thread_id, v_last[c.place] + e.step, e.log_level, 'orchestrator', e.event_type, e.message,
    e.details, 1, c.model_name, e.processing_time, (c.system ->> 'memory_usage')::double precision,
    (c.system ->> 'active_requests')::int, (c.system ->> 'queue_length')::int, c.simulated, clock_timestamp()
  from rows from (jsonb_to_recordset(p) as (session_id uuid, thread_id uuid, model_name text, simulated boolean, system jsonb, events jsonb))
    with ordinality as c (session_id, thread_id, model_name, simulated, system, events, place),
    rows from (jsonb_to_recordset(c.events) as (id uuid, log_level log_level, event_type text, message text, details jsonb,
      processing_time double precision)) with ordinality as e (id, log_level, event_type, message, details, processing_time, step)
  where v_last[c.place] is not null;

  perform journal_learn_direct(p, v_last);
  return (select jsonb_agg(case when l is null then '{"code": "alone"}'
      else jsonb_build_object('code', 'ended', 'last_seq', l + 2) end order by place)
    from unnest(v_last) with ordinality as x (l, place));
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_end_session(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  s user_sessions;
  v_stopped jsonb;
begin
  select * into s from user_sessions where id = (p ->> 'session_id')::uuid for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  if s.status <> 'active' then return jsonb_build_object('code', 'ended', 'threads', '[]'::jsonb); end if;
  select coalesce(jsonb_agg(jsonb_build_object('thread_id', o.id, 'last_seq', (journal_ask(jsonb_build_object('thread_id', o.id,
      'kind', 'stop', 'when', 'now', 'system', p -> 'system')) ->> 'last_seq')::int)), '[]') into v_stopped
    from (select id from conversation_threads where session_id = s.id and queued_at is not null
      and thread_status not in ('completed', 'failed') order by id for update) o;
  update user_sessions set session_end = now(),
    status = case when jsonb_array_length(v_stopped) > 0 then 'terminated' else 'completed' end::session_status where id = s.id;
  return jsonb_build_object('code', 'ended', 'threads', v_stopped);
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_erase(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
begin
  perform from user_sessions where id = (p ->> 'session_id')::uuid for update;
  if exists (select from conversation_threads where session_id = (p ->> 'session_id')::uuid and queued_at is not null
      and thread_status not in ('completed', 'failed')) then
    return jsonb_build_object('code', 'running');
  end if;
  delete from user_sessions where id = (p ->> 'session_id')::uuid;
  return jsonb_build_object('code', 'erased');
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_finish(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  e jsonb := p -> 'ending';
  t conversation_threads;
begin
  perform from user_sessions u join conversation_threads c on c.session_id = u.id
    where c.id = (p ->> 'thread_id')::uuid for update of u;
  select * into t from conversation_threads where id = (p ->> 'thread_id')::uuid for update;
  if not found or t.epoch <> (p ->> 'epoch')::int or t.thread_status in ('completed', 'failed') then
    return jsonb_build_object('code', 'fenced');
  end if;
  if t.request_no <> (e ->> 'request_no')::int then return jsonb_build_object('code', 'asked_again'); end if;
  if exists (select from model_responses where thread_id = t.id and status = 'pending') then
    return jsonb_build_object('code', 'pending');
  end if;

  if t.asked_status = 'failed' then
    e := e || '{"thread_status": "failed", "stop_reason": null, "failure_reason": "thread.rejected", "message": "Rejected by the user"}';
  end if;
  perform journal_add_selections(t, e -> 'selections');
  update model_selection_history h set selection_success = (o ->> 'selection_success')::boolean,
      actual_performance = (o ->> 'actual_performance')::double precision,
      selection_accuracy_score = (o ->> 'selection_accuracy_score')::double precision
    from jsonb_array_elements(e -> 'outcomes') o where h.id = (o ->> 'id')::uuid and h.thread_id = t.id;
  update model_responses set is_selected_best = (id = (e -> 'best' ->> 'response_id')::uuid)
    where thread_id = t.id and is_selected_best is distinct from coalesce(id = (e -> 'best' ->> 'response_id')::uuid, false);
  t.thread_status := e ->> 'thread_status';
  t.lease_until := null;
  t.seen_request_no := t.request_no;
  t.final_quality_score := e -> 'best' ->> 'score';
  t.best_response_id := e -> 'best' ->> 'response_id';
  t.best_model_id := e -> 'best' ->> 'model_name';
  t.best_iteration := e -> 'best' ->> 'iteration';
  t.current_iteration := e ->> 'iterations';
  t.completed_at := clock_timestamp();
  t.total_time_spent := t.total_time_spent + round(extract(epoch from t.completed_at - t.queued_at) * 1000);
  update conversation_threads set stop_reason = (e ->> 'stop_reason')::stop_reason, failure_reason = e ->> 'failure_reason',
    final_response = e -> 'best' ->> 'text', max_iterations_reached = (e ->> 'max_iterations_reached')::boolean,
    completed_at = t.completed_at, total_time_spent = t.total_time_spent, asked_status = null where id = t.id;
  t.last_seq := journal_save(t, (e -> 'events') || jsonb_build_object('event_type', 'orchestration_finished',
    'message', e ->> 'message', 'iteration_number', t.best_iteration, 'model_involved', t.best_model_id,
    'processing_time', t.total_time_spent, 'details', jsonb_build_object(
      'thread_status', t.thread_status, 'stop_reason', e -> 'stop_reason', 'failure_reason', e -> 'failure_reason',
      'final_response', e -> 'best' -> 'text', 'final_quality_score', t.final_quality_score, 'best_iteration', t.best_iteration,
      'best_response_id', t.best_response_id, 'best_model_id', t.best_model_id, 'iterations', t.current_iteration,
      'cost_is_estimated', journal_cost_is_estimated(t.id), 'total_tokens_used', t.total_tokens_used,
      'total_time_spent', t.total_time_spent)), p -> 'system');
  perform journal_learn(t);
  return jsonb_build_object('code', 'finished', 'last_seq', t.last_seq);
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_fit_direct(p jsonb, p_fit uuid[])
 RETURNS text[]
 LANGUAGE plpgsql
AS $function$
declare
  s record;
  c jsonb;
  v_place int;
  v_cost numeric;
  v_held numeric;
  v_codes text[] := array_fill('session_not_found'::text, array[jsonb_array_length(p)]);
begin
  for s in select id, user_id, status, cost_limit, held, total_cost + overrun + unconfirmed as spent from user_sessions
    where id in (select (e ->> 'session_id')::uuid from jsonb_array_elements(p) e) order by id for update
  loop
    v_held := 0;
    for v_place in 1 .. jsonb_array_length(p) loop
      c := p -> (v_place - 1);
      continue when (c ->> 'session_id')::uuid <> s.id;
      v_cost := (c ->> 'reserved_cost')::numeric;
      v_codes[v_place] := case
        when s.id = any (p_fit) then 'reserved'
        when s.user_id <> c ->> 'user_id' then 'session_not_found'
        when s.status <> 'active' then 'session_ended'
        when s.cost_limit is null then 'reserved'
        when v_cost is null then 'unknown_price'
        when (c -> 'over_billed')::boolean then 'over_billed'
        when s.spent + v_cost > s.cost_limit then 'cost_limit'
        -- It would fit once others of the session have settled: wait for them, holding nothing.
        when s.spent + s.held + v_held + v_cost > s.cost_limit then 'wait'
        else 'reserved' end;
      if v_codes[v_place] = 'reserved' then v_held := v_held + coalesce(v_cost, 0); end if;
    end loop;
    if v_held > 0 and s.id <> all (p_fit) then update user_sessions set held = held + v_held where id = s.id; end if;
  end loop;
  return v_codes;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_group(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_call jsonb;
  v_answer jsonb;
  v_answers jsonb[] := '{}';
begin
  for v_call in select value from jsonb_array_elements(p) loop
    v_answer := case v_call ->> 'fn'
      when 'journal_accept' then journal_accept(v_call -> 'argument')
      when 'journal_take' then journal_take(v_call -> 'argument')
      when 'journal_reserve' then journal_reserve(v_call -> 'argument')
      when 'journal_settle' then journal_settle(v_call -> 'argument')
      when 'journal_record' then journal_record(v_call -> 'argument')
      when 'journal_finish' then journal_finish(v_call -> 'argument')
      when 'journal_ask' then journal_ask(v_call -> 'argument')
      when 'journal_iterate' then journal_iterate(v_call -> 'argument')
      when 'journal_rate' then journal_rate(v_call -> 'argument')
      when 'journal_set_status' then journal_set_status(v_call -> 'argument')
      when 'journal_restore' then journal_restore(v_call -> 'argument')
      when 'journal_end_session' then journal_end_session(v_call -> 'argument')
      when 'journal_renew' then journal_renew(v_call -> 'argument')
      when 'journal_release' then journal_release(v_call -> 'argument')
      when 'journal_erase' then journal_erase(v_call -> 'argument')
      when 'journal_sweep' then journal_sweep(v_call -> 'argument')
    end;
    if v_answer is null then raise exception '% cannot travel in a group', v_call ->> 'fn'; end if;
    v_answers := v_answers || v_answer;
  end loop;
  return to_jsonb(v_answers);
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_iterate(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  k idempotency_keys := jsonb_populate_record(null::idempotency_keys, p -> 'repeat');
  v_known text := journal_repeat(k);
begin
  if v_known is not null then return jsonb_build_object('code', v_known); end if;
  return journal_repeatable(k, (p ->> 'thread_id')::uuid, journal_ask(p || '{"kind": "iteration"}'));
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_learn_direct(p jsonb, p_last integer[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_models text[] := array(select distinct e ->> 'model_name' from jsonb_array_elements(p) e);
begin
  if cardinality(v_models) > 1 then
    perform from ai_model_profiles where model_name = any (v_models) order by model_name for update;
  end if;
  update ai_model_profiles f set performance_metrics = f.performance_metrics || jsonb_build_object(
    'total_requests', m.requests + n.requests,
    'total_tokens_processed', (f.performance_metrics ->> 'total_tokens_processed')::bigint + n.tokens,
    'average_response_time', round(((coalesce(m.response_time, 0) * m.requests + coalesce(n.response_time, 0) * n.requests)
      / (m.requests + n.requests))::numeric, 1),
    'success_rate', round(((coalesce(m.success_rate, 1) * m.requests + n.succeeded) / (m.requests + n.requests))::numeric, 4))
  from (
    select model_name, count(*) as requests, count(*) filter (where status = 'completed') as succeeded, sum(tokens) as tokens,
      avg(response_time) as response_time
    from rows from (jsonb_to_recordset(p) as (model_name text, status text, tokens int, response_time double precision, error_message text))
      with ordinality as c (model_name, status, tokens, response_time, error_message, place)
    where p_last[place] is not null and coalesce(error_message, '') <> 'aborted' group by model_name
  ) n, ai_model_profiles g, lateral (
    select (g.performance_metrics ->> 'total_requests')::int as requests,
      (g.performance_metrics ->> 'average_response_time')::double precision as response_time,
      (g.performance_metrics ->> 'success_rate')::double precision as success_rate
  ) m
  where f.model_name = any (v_models) and f.model_name = n.model_name and g.id = f.id;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_lease()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$
  select now() + interval '30 seconds'
$function$;

CREATE OR REPLACE FUNCTION public.journal_leased(p_lease timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
AS $function$
  select coalesce(p_lease > clock_timestamp() and p_lease < clock_timestamp() + interval '2 minutes', false)
$function$;

CREATE OR REPLACE FUNCTION public.journal_lock_session(p_thread_id uuid)
 RETURNS void
 LANGUAGE sql
AS $function$
  select from user_sessions u join conversation_threads c on c.session_id = u.id where c.id = p_thread_id for key share of u
$function$;

CREATE OR REPLACE FUNCTION public.journal_pay_direct(p jsonb, p_sessions uuid[], p_sign integer)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  v_warned boolean;
begin
  with money as (
    select session_id, p_sign * sum(coalesce(reserved_cost, 0)) as released,
      p_sign * sum(case when hold = 'spent' then cost else 0 end) as spent,
      p_sign * sum(case when hold = 'unconfirmed' then coalesce(reserved_cost, 0) else 0 end) as lost
    from jsonb_to_recordset(p) as c (session_id uuid, hold text, cost numeric, reserved_cost numeric) group by session_id
  ), paid as (
    update user_sessions u set held = u.held - m.released, total_cost = u.total_cost + m.spent, unconfirmed = u.unconfirmed + m.lost
    from money m where u.id = any (p_sessions) and u.id = m.session_id
    returning (u.total_cost + u.overrun + u.unconfirmed) >= 0.8 * nullif(u.cost_limit, 0) as warned
  ) select coalesce(bool_or(warned), false) into v_warned from paid;
  return v_warned;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_rate(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  k idempotency_keys := jsonb_populate_record(null::idempotency_keys, p -> 'repeat');
  v_known text := journal_repeat(k);
  t conversation_threads;
  v_answer jsonb;
begin
  if v_known is not null then return jsonb_build_object('code', v_known); end if;
  perform journal_lock_session((p ->> 'thread_id')::uuid);
  select * into t from conversation_threads where id = (p ->> 'thread_id')::uuid for update;
  if not found or t.queued_at is null then
    return journal_repeatable(k, t.id, jsonb_build_object('code', case when found then 'draft' else 'not_found' end));
  end if;
  update conversation_threads set user_accepted = coalesce((p ->> 'user_accepted')::boolean, user_accepted),
    user_rating = coalesce((p ->> 'rating')::double precision, user_rating), user_comment = coalesce(p ->> 'comment', user_comment)
    where id = t.id returning * into t;
  v_answer := jsonb_build_object('code', 'asked',
    'last_seq', journal_save(t, journal_updated(t, 'rated', 'The user has rated the thread'), p -> 'system'));
  if p ->> 'comment' is not null and (p ->> 'user_accepted')::boolean is not true
    and t.thread_status not in ('completed', 'failed') then
    v_answer := journal_ask(jsonb_build_object('thread_id', t.id, 'kind', 'feedback', 'feedback', p -> 'comment',
      'system', p -> 'system'));
  end if;
  return journal_repeatable(k, t.id, v_answer);
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_record(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  t conversation_threads;
begin
  select * into t from conversation_threads where id = (p ->> 'thread_id')::uuid for update;
  if not found or t.epoch <> (p ->> 'epoch')::int or t.thread_status in ('completed', 'failed') then
    return jsonb_build_object('code', 'fenced');
  end if;
  t := jsonb_populate_record(t, coalesce(p -> 'thread', '{}'));
  t.lease_until := journal_lease();
  perform journal_add_selections(t, p -> 'selections');
  update model_responses r set status = n.status, selection_score = n.selection_score, is_selected_best = n.is_selected_best
  from jsonb_array_elements(coalesce(p -> 'responses', '[]')) c
    join model_responses x on x.id = (c ->> 'id')::uuid and x.thread_id = t.id, lateral jsonb_populate_record(x, c) n
  where r.id = x.id;
  update model_evaluations e set criticisms = c -> 'criticisms'
    from jsonb_array_elements(coalesce(p -> 'evaluations', '[]')) c where e.id = (c ->> 'id')::uuid and e.thread_id = t.id;
  update criticism_responses v set improvement_score = (c ->> 'improvement_score')::double precision,
      addresses_criticism = (c ->> 'addresses_criticism')::boolean, maintains_strengths = (c ->> 'maintains_strengths')::boolean
    from jsonb_array_elements(coalesce(p -> 'revisions', '[]')) c
    where v.response_id = (c ->> 'response_id')::uuid and v.thread_id = t.id;
  return jsonb_build_object('code', 'recorded', 'last_seq', journal_save(t, coalesce(p -> 'events', '[]'), p -> 'system'));
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_release(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  t conversation_threads;
begin
  select * into t from conversation_threads where id = (p ->> 'thread_id')::uuid for update;
  if not found or t.epoch <> (p ->> 'epoch')::int or t.thread_status in ('completed', 'failed') then
    return jsonb_build_object('code', 'fenced');
  end if;
  update conversation_threads set lease_until = null, takes_without_progress = greatest(0, takes_without_progress - 1)
    where id = t.id;
  perform journal_alarm(t.id);
  return jsonb_build_object('code', 'released');
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_renew(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_kept jsonb;
begin
  with mine as (
    select c.id from jsonb_to_recordset(p -> 'threads') h (thread_id uuid, epoch int)
      join conversation_threads c on c.id = h.thread_id and c.epoch = h.epoch
    -- One that was released stays so, even where the release overtook this renewal.
    where c.thread_status not in ('completed', 'failed') and c.lease_until is not null
    order by c.id for update of c skip locked
  )
  update conversation_threads c set lease_until = journal_lease() from mine where c.id = mine.id;
  select coalesce(jsonb_agg(jsonb_build_object('thread_id', c.id, 'stop', c.stop_requested)), '[]') into v_kept
    from jsonb_to_recordset(p -> 'threads') h (thread_id uuid, epoch int)
      join conversation_threads c on c.id = h.thread_id and c.epoch = h.epoch
    where c.thread_status not in ('completed', 'failed');
  return jsonb_build_object('code', 'renewed', 'threads', v_kept);
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_reserve(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  s user_sessions;
  t conversation_threads;
  v_need numeric;
  v_held numeric;
  v_unknown boolean;
begin
  select u.* into s from user_sessions u join conversation_threads c on c.session_id = u.id
    where c.id = (p ->> 'thread_id')::uuid for update of u;
  select * into t from conversation_threads where id = (p ->> 'thread_id')::uuid for update;
  if not found or t.epoch <> (p ->> 'epoch')::int or t.thread_status in ('completed', 'failed') then
    return jsonb_build_object('code', 'fenced');
  end if;
  if t.stop_requested = 'now' then return jsonb_build_object('code', 'stopped'); end if;
  if s.status <> 'active' then return jsonb_build_object('code', 'session_ended'); end if;
  if t.deadline_at <= now() then return jsonb_build_object('code', 'deadline'); end if;

  select coalesce(sum((c ->> 'reserved_cost')::numeric), 0), bool_or(c ->> 'reserved_cost' is null)
    into v_held, v_unknown from jsonb_array_elements(p -> 'calls') c;
  v_need := v_held + (p ->> 'headroom')::numeric;
  if v_unknown and (s.cost_limit is not null or t.cost_limit is not null) then
    return jsonb_build_object('code', 'unknown_price');
  end if;
  if t.total_cost + t.overrun + t.unconfirmed + t.held + v_need > t.cost_limit
    or s.total_cost + s.overrun + s.unconfirmed + t.held + v_need > s.cost_limit then
    return jsonb_build_object('code', 'cost_limit');
  end if;
  -- It would fit once the session's other threads have settled: wait for them, holding nothing.
  if s.total_cost + s.overrun + s.unconfirmed + s.held + v_need > s.cost_limit then
    return jsonb_build_object('code', 'wait');
  end if;

  update user_sessions set held = held + v_held where id = s.id and v_held > 0;
  t := jsonb_populate_record(t, p -> 'thread');
  t.held := t.held + v_held;
  t.lease_until := journal_lease();
  if (p ->> 'read') is not null then
    t.seen_request_no := (p ->> 'read')::int;
    update thread_requests set iteration_number = (p -> 'calls' -> 0 ->> 'iteration_number')::int
      where thread_id = t.id and kind <> 'stop' and iteration_number is null and request_no <= t.seen_request_no;
  end if;
  perform journal_add_selections(t, p -> 'selections');
  insert into model_responses (id, thread_id, session_id, iteration_number, model_name, role, response_type, prompt_sent,
    context_provided, parent_response_id, criticism_addressed, step, attempt, epoch, reserved_cost, simulated)
  select r.id, t.id, t.session_id, r.iteration_number, r.model_name, r.role, r.response_type, r.prompt_sent,
    r.context_provided, r.parent_response_id, r.criticism_addressed, r.step, r.attempt, t.epoch, r.reserved_cost, r.simulated
  from jsonb_populate_recordset(null::model_responses, p -> 'calls') r;
  return jsonb_build_object('code', 'reserved', 'last_seq', journal_save(t, p -> 'events', p -> 'system'));
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_restore(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  t conversation_threads;
  r model_responses;
begin
  perform journal_lock_session((p ->> 'thread_id')::uuid);
  select * into t from conversation_threads where id = (p ->> 'thread_id')::uuid for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  if t.queued_at is null then return jsonb_build_object('code', 'draft'); end if;
  if t.thread_status not in ('completed', 'failed') then return jsonb_build_object('code', 'running'); end if;
  select * into r from model_responses where id = (p ->> 'response_id')::uuid and thread_id = t.id
    and role in ('primary', 'refiner') and (status = 'completed' or status = 'superseded' and not outcome_unknown);
  if not found then return jsonb_build_object('code', 'no_response'); end if;
  if r.id = t.best_response_id then return jsonb_build_object('code', 'asked', 'last_seq', t.last_seq); end if;

  insert into model_selection_history (thread_id, session_id, iteration_number, selection_phase, algorithm_version,
    selection_strategy, candidates_considered, selected_model, runner_up_model, primary_selection_factors, override_reasons,
    actual_performance, evaluators, reasoning)
  select t.id, t.session_id, r.iteration_number, 'final', h.algorithm_version, h.selection_strategy, h.candidates_considered,
    r.model_name, t.best_model_id, '{"chosen by the user"}', 'The user chose iteration ' || r.iteration_number,
    r.selection_score, h.evaluators, 'Iteration ' || r.iteration_number || ' in place of ' || t.best_iteration || ': the user''s choice.'
  from model_selection_history h where h.thread_id = t.id order by h.timestamp desc, h.id desc limit 1;
  -- Of what came before it, it is the better; what came after it was found worse.
  update model_responses set is_selected_best = (id = r.id),
      status = case when id = r.id then 'completed' when iteration_number < r.iteration_number then 'superseded' else status end
    where thread_id = t.id and role in ('primary', 'refiner')
      and (status = 'completed' or status = 'superseded' and not outcome_unknown);
  update conversation_threads set final_response = r.response_text, best_response_id = r.id, best_model_id = r.model_name,
    best_iteration = r.iteration_number, final_quality_score = r.selection_score, restored_iteration = r.iteration_number,
    restored_after = t.current_iteration where id = t.id returning * into t;
  return jsonb_build_object('code', 'asked', 'last_seq', journal_save(t, journal_updated(t, 'final_restored',
    'The user chose iteration ' || r.iteration_number || ' as the final answer'), p -> 'system'));
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_set_status(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  t conversation_threads;
  v_status thread_status := p ->> 'status';
  v_accepted boolean := p ->> 'status' = 'completed';
  v_running boolean;
  v_answered boolean;
  v_is_so boolean;
begin
  perform journal_lock_session((p ->> 'thread_id')::uuid);
  select * into t from conversation_threads where id = (p ->> 'thread_id')::uuid for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  if t.queued_at is null then return jsonb_build_object('code', 'draft'); end if;
  v_running := t.thread_status not in ('completed', 'failed');
  v_answered := case when v_running then exists (select from model_responses where thread_id = t.id
      and role in ('primary', 'refiner') and (status = 'completed' or status = 'superseded' and not outcome_unknown))
    else t.best_response_id is not null end;
  if v_accepted and not v_answered then
    return jsonb_build_object('code', 'no_answer');
  end if;
  v_is_so := t.user_accepted is not distinct from v_accepted
    and case when v_running then t.asked_status is not distinct from v_status else t.thread_status = v_status end;
  if v_is_so then
    return jsonb_build_object('code', 'asked', 'running', v_running, 'last_seq', t.last_seq);
  end if;
  if v_running then
    update conversation_threads set asked_status = v_status, user_accepted = v_accepted where id = t.id returning * into t;
  elsif t.thread_status = v_status then
    update conversation_threads set user_accepted = v_accepted where id = t.id returning * into t;
  else
    update conversation_threads set thread_status = v_status, user_accepted = v_accepted,
      stop_reason = case when v_accepted then 'stopped'::stop_reason end,
      failure_reason = case when not v_accepted then 'thread.rejected' end
      where id = t.id returning * into t;
  end if;
  t.last_seq := journal_save(t, journal_updated(t, 'status_set',
    case when v_accepted then 'The user accepts the best answer' else 'The user rejects the thread' end), p -> 'system');
  if v_running then
    return journal_ask(jsonb_build_object('thread_id', t.id, 'kind', 'stop', 'when', 'now', 'system', p -> 'system'))
      || '{"running": true}';
  end if;
  return jsonb_build_object('code', 'asked', 'running', false, 'last_seq', t.last_seq);
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_settle(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  r model_responses;
  n model_responses;
  s user_sessions;
  t conversation_threads;
  m record;
  v_late boolean;
  v_events jsonb := coalesce(p -> 'events', '[]');
begin
  select * into r from model_responses where id = (p -> 'response' ->> 'id')::uuid;
  if not found then return jsonb_build_object('code', 'fenced'); end if;
  perform from user_sessions where id = r.session_id for update;
  select * into t from conversation_threads where id = r.thread_id for update;
  select * into r from model_responses where id = r.id for update;
  v_late := r.status <> 'pending';
  if v_late and r.outcome_unknown is false and r.epoch = (p ->> 'epoch')::int and t.epoch = r.epoch then
    return jsonb_build_object('code', 'settled', 'last_seq', t.last_seq);
  end if;
  if v_late and not (r.outcome_unknown and r.status = 'failed' and p ->> 'hold' <> 'unconfirmed') then
    return jsonb_build_object('code', 'late');
  end if;

  n := jsonb_populate_record(r, p -> 'response');
  m := journal_money(r, case when v_late then 'unconfirmed' else 'held' end, p ->> 'hold', n.cost);
  update user_sessions u set held = u.held - m.released, total_cost = u.total_cost + m.spent, overrun = u.overrun + m.overrun,
    unconfirmed = u.unconfirmed + m.unconfirmed where id = r.session_id returning * into s;
  t.held := t.held - m.released;
  t.total_cost := t.total_cost + m.spent;
  t.overrun := t.overrun + m.overrun;
  t.unconfirmed := t.unconfirmed + m.unconfirmed;
  if m.overrun > 0 then v_events := journal_overrun(r, n.cost) || v_events; end if;
  if v_late then
    update model_responses set status = 'superseded', cost = n.cost, cost_source = n.cost_source, tokens_used = n.tokens_used
      where id = r.id;
    perform journal_save(t, '[]', p -> 'system');
    -- A line of the log, not an event: the thread's story may be over.
    insert into orchestration_logs (session_id, thread_id, log_level, component, event_type, message, details, iteration_number,
        model_involved)
      select t.session_id, t.id, 'warning', 'orchestrator', e ->> 'event_type', e ->> 'message', e -> 'details',
        r.iteration_number, r.model_name
      from jsonb_array_elements(v_events) e where m.overrun > 0 and e ->> 'event_type' = 'bill_exceeded';
    return jsonb_build_object('code', 'late');
  end if;

  update model_responses set status = n.status, response_text = n.response_text, response_time = n.response_time,
    tokens_used = n.tokens_used, cost = n.cost, cost_source = n.cost_source, confidence_score = n.confidence_score,
    self_assessment = n.self_assessment, error_message = n.error_message, finish_reason = n.finish_reason,
    processing_duration = n.processing_duration, partial_text = null
  where id = r.id;
  if p ? 'evaluation' then
    insert into model_evaluations select x.* from jsonb_populate_record(null::model_evaluations, jsonb_build_object('timestamp', now(),
      'thread_id', r.thread_id, 'session_id', r.session_id) || (p -> 'evaluation')) x;
  end if;
  if p ? 'revision' then
    insert into criticism_responses select x.* from jsonb_populate_record(null::criticism_responses, jsonb_build_object('timestamp', now(),
      'thread_id', r.thread_id, 'session_id', r.session_id) || (p -> 'revision')) x;
  end if;
  t.lease_until := journal_lease();
  t.total_tokens_used := t.total_tokens_used + coalesce((n.tokens_used ->> 'total_tokens')::int, 0);
  t.total_models_involved := (select count(distinct model_name) from model_responses where thread_id = t.id);
  if n.status = 'completed' then t.takes_without_progress := 0; end if;
  return jsonb_build_object('code', 'settled',
    'last_seq', journal_save(t, v_events || journal_warning(t, s), p -> 'system'));
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_sweep(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_threads jsonb;
begin
  delete from idempotency_keys where expires_at < now();
  select coalesce(jsonb_agg(c.id order by c.queued_at), '[]') into v_threads from (
    select id, queued_at from conversation_threads
    where queued_at is not null and thread_status not in ('completed', 'failed')
      and not journal_leased(lease_until)
    order by queued_at limit 1000
  ) c;
  perform journal_alarm(id::uuid) from jsonb_array_elements_text(v_threads) id;
  return jsonb_build_object('code', 'swept', 'threads', v_threads);
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_take(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  s user_sessions;
  t conversation_threads;
  v_lost numeric;
begin
  select u.* into s from user_sessions u join conversation_threads c on c.session_id = u.id
    where c.id = (p ->> 'thread_id')::uuid for update of u;
  select * into t from conversation_threads where id = (p ->> 'thread_id')::uuid for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  if t.thread_status in ('completed', 'failed') then return jsonb_build_object('code', 'final'); end if;
  if t.queued_at is null then return jsonb_build_object('code', 'draft'); end if;
  if journal_leased(t.lease_until) and not coalesce((p ->> 'alone')::boolean, false)
    and t.epoch is distinct from (p ->> 'epoch')::int then
    perform journal_alarm(t.id, t.lease_until);
    return jsonb_build_object('code', 'leased');
  end if;
  with lost as (
    update model_responses set status = 'failed', outcome_unknown = true, error_message = 'outcome_unknown',
      response_text = coalesce(response_text, partial_text), cost = reserved_cost,
      cost_source = case when reserved_cost is null then 'unknown' else 'estimated' end::cost_source
    where thread_id = t.id and status = 'pending' returning reserved_cost
  ) select coalesce(sum(reserved_cost), 0) into v_lost from lost;
  update user_sessions set held = held - v_lost, unconfirmed = unconfirmed + v_lost where id = s.id and v_lost > 0;
  update conversation_threads set epoch = epoch + 1, lease_until = journal_lease(),
    held = held - v_lost, unconfirmed = unconfirmed + v_lost, takes_without_progress = takes_without_progress + 1
  where id = t.id;
  return jsonb_build_object('code', 'taken', 'epoch', t.epoch + 1, 'takes', t.takes_without_progress + 1);
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_warn_direct(p jsonb, p_last integer[])
 RETURNS integer[]
 LANGUAGE plpgsql
AS $function$
declare
  c record;
begin
  for c in select l.place, l.session_id, l.thread_id, l.model_name, l.simulated, u.held, u.unconfirmed, u.cost_limit,
      u.total_cost + u.overrun as spent, (u.total_cost + u.overrun + u.unconfirmed) / u.cost_limit as share
    from rows from (jsonb_to_recordset(p) as (session_id uuid, thread_id uuid, model_name text, simulated boolean))
      with ordinality as l (session_id, thread_id, model_name, simulated, place)
    join user_sessions u on u.id = l.session_id
    where p_last[l.place] is not null and u.total_cost + u.overrun + u.unconfirmed >= 0.8 * nullif(u.cost_limit, 0)
  loop
    p_last[c.place] := p_last[c.place] + 1;
    update conversation_threads set last_seq = last_seq + 1 where id = c.thread_id;
    insert into orchestration_logs (session_id, thread_id, stream_id, seq, log_level, component, event_type, message, details,
      iteration_number, model_involved, simulated, timestamp)
    values (c.session_id, c.thread_id, c.thread_id, p_last[c.place], 'warning', 'orchestrator', 'cost_limit_warning',
      round(c.share * 100) || ' % of the cost limit is used', jsonb_build_object('total_cost', round(c.spent, 9),
        'held', round(c.held, 9), 'unconfirmed', round(c.unconfirmed, 9), 'cost_limit', c.cost_limit, 'share', round(c.share, 4)),
      1, c.model_name, c.simulated, clock_timestamp());
  end loop;
  return p_last;
end
$function$;

CREATE OR REPLACE FUNCTION public.lease_rate(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_model text := p ->> 'model_name';
  v_least_requests int := p -> 'least' ->> 'requests';
  v_least_tokens bigint := p -> 'least' ->> 'tokens';
  v_now timestamptz;
  v_requests bigint;
  v_tokens bigint;
  b rate_blocks;
  v_at timestamptz;
begin
  perform pg_advisory_xact_lock(hashtextextended('rate_blocks ' || v_model, 0));
  -- Of after the lock: now() is when the transaction began to wait for it.
  v_now := clock_timestamp();
  delete from rate_blocks where model_name = v_model and counts_until <= v_now;
  update rate_blocks r set requests = greatest(0, r.requests + c.requests), tokens = greatest(0, r.tokens + c.tokens)
    from jsonb_to_recordset(p -> 'corrections') c (id uuid, requests int, tokens bigint) where r.id = c.id;
  select (p -> 'limits' ->> 'requests_per_minute')::bigint - coalesce(sum(requests), 0),
      (p -> 'limits' ->> 'tokens_per_minute')::bigint - coalesce(sum(tokens), 0)
    into v_requests, v_tokens from rate_blocks where model_name = v_model;
  -- Null: no limit.
  if v_requests < v_least_requests or v_tokens < v_least_tokens then
    select counts_until into v_at from (
      select counts_until, sum(requests) over earlier as requests, sum(tokens) over earlier as tokens
      from rate_blocks where model_name = v_model window earlier as (order by counts_until, id)
    ) freed where coalesce(v_requests + requests >= v_least_requests, true) and coalesce(v_tokens + tokens >= v_least_tokens, true)
    order by counts_until limit 1;
    return jsonb_build_object('id', null, 'requests', 0, 'tokens', 0,
      'for_ms', 1 + ceil(1000 * extract(epoch from coalesce(v_at, v_now + interval '1 minute') - v_now))::int);
  end if;
  insert into rate_blocks (model_name, requests, tokens, counts_until) values (v_model,
    least((p -> 'wanted' ->> 'requests')::bigint, v_requests), least((p -> 'wanted' ->> 'tokens')::bigint, v_tokens),
    v_now + interval '63 seconds') returning * into b;
  return jsonb_build_object('id', b.id, 'requests', b.requests, 'tokens', b.tokens, 'for_ms', 3000);
end
$function$;

CREATE OR REPLACE FUNCTION public.lock_files_of(p_owner_id text)
 RETURNS void
 LANGUAGE sql
AS $function$
  select pg_advisory_xact_lock(hashtextextended('files of ' || p_owner_id, 0))
$function$;

CREATE OR REPLACE FUNCTION public.new_id()
 RETURNS uuid
 LANGUAGE sql
 PARALLEL SAFE
AS $function$
  select encode(
    set_bit(
      set_bit(
        overlay(
          uuid_send(gen_random_uuid())
          placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
          from 1 for 6
        ),
        52, 1
      ),
      53, 1
    ),
    'hex'
  )::uuid
$function$;

CREATE OR REPLACE FUNCTION public.receive_bytes(p jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  u uploads;
begin
  perform from files where id = (p ->> 'id')::uuid for update;
  update uploads set received = received + int8multirange(int8range((p ->> 'start')::bigint, (p ->> 'end')::bigint)),
      expires_at = now() + make_interval(hours => (p ->> 'hours')::int)
    where id = (p ->> 'id')::uuid and completed_at is null returning * into u;
  if not found then return '{"code": "gone"}'; end if;
  update uploads set received_bytes = (select coalesce(sum(upper(r) - lower(r)), 0) from unnest(received) r)
    where id = u.id returning * into u;
  return jsonb_build_object('code', 'received', 'last_seq',
    -- The last one is told when the upload is complete.
    case when u.received_bytes < u.size and coalesce(u.told_at < clock_timestamp() - interval '1 second', true)
      then tell_upload(u.id, u.received_bytes, u.size) end);
end
$function$;

CREATE OR REPLACE FUNCTION public.tell_upload(p_file_id uuid, p_received bigint, p_size bigint)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  v_seq int;
begin
  update files set last_seq = last_seq + 1 where id = p_file_id returning last_seq into v_seq;
  insert into orchestration_logs (stream_id, seq, component, event_type, message, details, timestamp)
    values (p_file_id, v_seq, 'ingest', 'upload_progress', 'Received ' || p_received || ' of ' || p_size || ' bytes',
      jsonb_build_object('file_id', p_file_id, 'received', p_received, 'size', p_size), clock_timestamp());
  update uploads set told_at = clock_timestamp() where id = p_file_id;
  return v_seq;
end
$function$;

CREATE OR REPLACE FUNCTION public.touch_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.updated_at := now();
  return new;
end
$function$;

create table ai_model_profiles (
  id uuid default new_id() not null,
  model_name text not null,
  provider text not null,
  model_version text not null,
  specialties text[] default '{}'::text[] not null,
  supported_languages text[] default '{}'::text[] not null,
  max_context_length integer not null,
  strengths text default ''::text not null,
  weaknesses text default ''::text not null,
  best_use_cases text[] default '{}'::text[] not null,
  api_endpoint text,
  api_key_required boolean default true not null,
  cost_per_input_token numeric(20,12),
  cost_per_output_token numeric(20,12),
  rate_limits jsonb default '{"tokens_per_minute": null, "requests_per_minute": null}'::jsonb not null,
  is_active boolean default true not null,
  is_available boolean default true not null,
  last_health_check timestamp(3) with time zone,
  performance_metrics jsonb default '{"success_rate": null, "total_requests": 0, "uptime_percentage": null, "average_response_time": null, "average_quality_rating": null, "total_tokens_processed": 0}'::jsonb not null,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  family text not null,
  simulated boolean default false not null,
  aliases text[] default '{}'::text[] not null,
  domain_performance jsonb default '{}'::jsonb not null,
  seeded boolean default false not null,
  over_billed_at timestamp(3) with time zone,
  check_failure text,
  retired_at timestamp(3) with time zone,
  substitute text,
  unlisted boolean default false not null,
  prices jsonb,
  max_output_tokens integer,
  constraint ai_model_profiles_model_name_key UNIQUE (model_name),
  constraint ai_model_profiles_pkey PRIMARY KEY (id),
  constraint ai_model_profiles_cost_per_input_token_check CHECK ((cost_per_input_token >= (0)::numeric)),
  constraint ai_model_profiles_cost_per_output_token_check CHECK ((cost_per_output_token >= (0)::numeric)),
  constraint ai_model_profiles_max_output_tokens_check CHECK ((max_output_tokens > 0)),
  constraint ai_model_profiles_model_name_check CHECK ((model_name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'::text))
);

create table algorithm_metrics (
  id uuid default new_id() not null,
  metric_date timestamp(3) with time zone not null,
  time_period metric_period not null,
  total_sessions integer default 0 not null,
  successful_sessions integer default 0 not null,
  failed_sessions integer default 0 not null,
  average_session_duration double precision,
  total_threads integer default 0 not null,
  average_iterations_per_thread double precision,
  max_iterations_reached_count integer default 0 not null,
  early_termination_count integer default 0 not null,
  model_usage_stats jsonb default '{}'::jsonb not null,
  domain_performance jsonb default '{}'::jsonb not null,
  cost_efficiency jsonb default '{}'::jsonb not null,
  quality_metrics jsonb default '{}'::jsonb not null,
  system_health jsonb default '{}'::jsonb not null,
  simulated boolean default false not null,
  constraint algorithm_metrics_time_period_metric_date_simulated_key UNIQUE (time_period, metric_date, simulated),
  constraint algorithm_metrics_pkey PRIMARY KEY (id)
);

create table algorithm_versions (
  number integer not null,
  version text not null,
  settings jsonb not null,
  changed_by text,
  comment text,
  restored_from text,
  created_at timestamp(3) with time zone default now() not null,
  constraint algorithm_versions_version_key UNIQUE (version),
  constraint algorithm_versions_pkey PRIMARY KEY (number)
);

create table api_keys (
  id uuid default new_id() not null,
  user_id text not null,
  name text not null,
  prefix text not null,
  key_hash text not null,
  scopes text[] default '{}'::text[] not null,
  last_used_at timestamp(3) with time zone,
  expires_at timestamp(3) with time zone,
  revoked_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default now() not null,
  constraint api_keys_key_hash_key UNIQUE (key_hash),
  constraint api_keys_pkey PRIMARY KEY (id)
);

create table chunk_embeddings (
  chunk_id uuid not null,
  model text not null,
  file_id uuid not null,
  owner_id text not null,
  embedding vector not null,
  version integer not null,
  constraint chunk_embeddings_pkey PRIMARY KEY (chunk_id, model)
);

create table collection_files (
  collection_id uuid not null,
  file_id uuid not null,
  added_at timestamp(3) with time zone default now() not null,
  constraint collection_files_pkey PRIMARY KEY (collection_id, file_id)
);

create table collections (
  id uuid default new_id() not null,
  owner_id text not null,
  name text not null,
  description text default ''::text not null,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  constraint collections_pkey PRIMARY KEY (id)
);

create table conversation_threads (
  id uuid default new_id() not null,
  session_id uuid not null,
  original_prompt text not null,
  processed_prompt text,
  domain prompt_domain,
  complexity_level complexity_level,
  estimated_difficulty double precision,
  language text,
  context text,
  current_iteration integer default 0 not null,
  max_iterations_reached boolean default false not null,
  best_model_id text,
  best_response_id uuid,
  thread_status thread_status default 'initializing'::thread_status not null,
  failure_reason text,
  final_response text,
  final_quality_score double precision,
  user_accepted boolean,
  total_models_involved integer default 0 not null,
  total_tokens_used bigint default 0 not null,
  total_cost numeric(20,10) default 0 not null,
  total_time_spent double precision default 0 not null,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  completed_at timestamp(3) with time zone,
  held numeric(20,10) default 0 not null,
  unconfirmed numeric(20,10) default 0 not null,
  overrun numeric(20,10) default 0 not null,
  cost_limit numeric(20,10),
  max_iterations integer default 3 not null,
  quality_threshold double precision default 8 not null,
  deadline_at timestamp(3) with time zone,
  mode thread_mode default 'auto'::thread_mode not null,
  settings jsonb default '{}'::jsonb not null,
  persona_id uuid,
  parent_thread_id uuid,
  queued_at timestamp(3) with time zone,
  analysis jsonb,
  selected_model text,
  evaluators text[] default '{}'::text[] not null,
  simulated boolean default false not null,
  best_iteration integer,
  stop_reason stop_reason,
  user_rating double precision,
  user_comment text,
  epoch integer default 0 not null,
  lease_until timestamp(3) with time zone,
  takes_without_progress integer default 0 not null,
  request_no integer default 0 not null,
  seen_request_no integer default 0 not null,
  stop_requested stop_when,
  last_seq integer default 0 not null,
  asked_status thread_status,
  restored_iteration integer,
  restored_after integer,
  constraint conversation_threads_id_session_id_key UNIQUE (id, session_id),
  constraint conversation_threads_pkey PRIMARY KEY (id),
  constraint conversation_threads_asked_status_check CHECK ((asked_status = ANY (ARRAY['completed'::thread_status, 'failed'::thread_status]))),
  constraint conversation_threads_cost_limit_check CHECK ((cost_limit >= (0)::numeric)),
  constraint conversation_threads_estimated_difficulty_check CHECK (((estimated_difficulty >= (1)::double precision) AND (estimated_difficulty <= (10)::double precision))),
  constraint conversation_threads_held_check CHECK ((held >= (0)::numeric)),
  constraint conversation_threads_max_iterations_check CHECK (((max_iterations >= 1) AND (max_iterations <= 10))),
  constraint conversation_threads_overrun_check CHECK ((overrun >= (0)::numeric)),
  constraint conversation_threads_quality_threshold_check CHECK (((quality_threshold >= (1)::double precision) AND (quality_threshold <= (10)::double precision))),
  constraint conversation_threads_total_cost_check CHECK ((total_cost >= (0)::numeric)),
  constraint conversation_threads_unconfirmed_check CHECK ((unconfirmed >= (0)::numeric)),
  constraint conversation_threads_user_rating_check CHECK (((user_rating >= (1)::double precision) AND (user_rating <= (10)::double precision))),
  constraint conversation_threads_within_limit CHECK (((cost_limit IS NULL) OR (((total_cost + unconfirmed) + held) <= cost_limit)))
) with (fillfactor=50);

create table criticism_responses (
  id uuid default new_id() not null,
  thread_id uuid not null,
  session_id uuid not null,
  original_response_id uuid not null,
  criticism_evaluation_ids uuid[] default '{}'::uuid[] not null,
  responding_model text not null,
  iteration_number integer not null,
  acknowledgment text,
  disagreement text,
  clarifications text,
  specific_improvements jsonb default '[]'::jsonb not null,
  revised_answer text not null,
  explanation_of_changes text,
  confidence_in_revision double precision,
  rebuttal_points text,
  alternative_interpretations text,
  criticism_processing_time double precision,
  response_generation_time double precision,
  total_tokens_used integer,
  cost numeric(20,10),
  improvement_score double precision,
  addresses_criticism boolean,
  maintains_strengths boolean,
  "timestamp" timestamp(3) with time zone default now() not null,
  response_id uuid,
  accepted text[] default '{}'::text[] not null,
  disputed jsonb default '[]'::jsonb not null,
  constraint criticism_responses_pkey PRIMARY KEY (id),
  constraint criticism_responses_cost_check CHECK ((cost >= (0)::numeric))
);

create table external_integrations (
  id uuid default new_id() not null,
  name text not null,
  settings jsonb default '{}'::jsonb not null,
  secret bytea,
  is_active boolean default true not null,
  last_contact_at timestamp(3) with time zone,
  last_error text,
  calls bigint default 0 not null,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  revision integer default 0 not null,
  last_error_at timestamp(3) with time zone,
  constraint external_integrations_name_key UNIQUE (name),
  constraint external_integrations_pkey PRIMARY KEY (id)
);

create table files (
  id uuid default new_id() not null,
  owner_id text not null,
  name text not null,
  size bigint not null,
  sha256 text,
  declared_mime text,
  mime text,
  type text,
  encoding text,
  blob_key text,
  status file_status default 'uploading'::file_status not null,
  stage text,
  stage_done bigint,
  stage_total bigint,
  stage_times jsonb default '{}'::jsonb not null,
  metadata jsonb default '{}'::jsonb not null,
  analysis jsonb default '{}'::jsonb not null,
  error_code text,
  error_message text,
  text_length bigint,
  chunk_count integer default 0 not null,
  chunk_version integer default 0 not null,
  embedding_model text,
  last_seq integer default 0 not null,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  processed_at timestamp(3) with time zone,
  warnings jsonb default '[]'::jsonb not null,
  chunking jsonb,
  deleted_at timestamp(3) with time zone,
  constraint files_pkey PRIMARY KEY (id),
  constraint files_size_check CHECK ((size >= 0))
);

create table idempotency_keys (
  user_id text not null,
  route text not null,
  key text not null,
  body_hash text not null,
  thread_id uuid,
  status_code integer,
  response jsonb,
  created_at timestamp(3) with time zone default now() not null,
  expires_at timestamp(3) with time zone default (now() + '24:00:00'::interval) not null,
  session_id uuid,
  constraint idempotency_keys_pkey PRIMARY KEY (user_id, route, key)
);

create table model_evaluations (
  id uuid default new_id() not null,
  thread_id uuid not null,
  session_id uuid not null,
  evaluated_response_id uuid not null,
  evaluator_model text not null,
  iteration_number integer not null,
  evaluation_criteria jsonb not null,
  overall_score double precision not null,
  scoring_weights jsonb default '{}'::jsonb not null,
  criticism_text text default ''::text not null,
  positive_aspects text default ''::text not null,
  suggested_improvements text default ''::text not null,
  alternative_approaches text default ''::text not null,
  evaluator_confidence double precision not null,
  evaluator_speciality_match double precision not null,
  evaluation_prompt_used text default ''::text not null,
  evaluation_time double precision default 0 not null,
  tokens_used integer,
  cost numeric(20,10),
  "timestamp" timestamp(3) with time zone default now() not null,
  response_id uuid,
  criticisms jsonb default '[]'::jsonb not null,
  status response_status default 'completed'::response_status not null,
  constraint model_evaluations_pkey PRIMARY KEY (id),
  constraint model_evaluations_cost_check CHECK ((cost >= (0)::numeric))
);

create table model_responses (
  id uuid default new_id() not null,
  thread_id uuid not null,
  session_id uuid not null,
  iteration_number integer not null,
  model_name text not null,
  role response_role not null,
  response_type response_type not null,
  response_text text,
  prompt_sent text default ''::text not null,
  context_provided text,
  parent_response_id uuid,
  criticism_addressed text[] default '{}'::text[] not null,
  response_time double precision,
  tokens_used jsonb,
  cost numeric(20,10),
  confidence_score double precision,
  self_assessment text,
  is_selected_best boolean default false not null,
  selection_score double precision,
  status response_status default 'pending'::response_status not null,
  error_message text,
  "timestamp" timestamp(3) with time zone default now() not null,
  processing_duration double precision,
  step text not null,
  attempt integer default 1 not null,
  epoch integer default 0 not null,
  reserved_cost numeric(20,10),
  cost_source cost_source,
  outcome_unknown boolean default false not null,
  finish_reason finish_reason,
  simulated boolean default false not null,
  partial_text text,
  constraint model_responses_thread_id_step_attempt_key UNIQUE (thread_id, step, attempt),
  constraint model_responses_pkey PRIMARY KEY (id),
  constraint model_responses_attempt_check CHECK ((attempt >= 1)),
  constraint model_responses_cost_check CHECK ((cost >= (0)::numeric)),
  constraint model_responses_reserved_cost_check CHECK ((reserved_cost >= (0)::numeric))
);

create table model_selection_history (
  id uuid default new_id() not null,
  thread_id uuid not null,
  session_id uuid not null,
  iteration_number integer not null,
  selection_phase selection_phase not null,
  algorithm_version text not null,
  selection_strategy selection_strategy not null,
  candidates_considered jsonb default '[]'::jsonb not null,
  selected_model text not null,
  selection_confidence double precision,
  runner_up_model text,
  selection_margin double precision,
  primary_selection_factors text[] default '{}'::text[] not null,
  override_reasons text,
  selection_success boolean,
  actual_performance double precision,
  selection_accuracy_score double precision,
  "timestamp" timestamp(3) with time zone default now() not null,
  selection_time double precision,
  evaluators text[] default '{}'::text[] not null,
  reasoning text default ''::text not null,
  constraint model_selection_history_pkey PRIMARY KEY (id)
);

create table model_uptime (
  model_name text not null,
  day date not null,
  known_seconds double precision not null,
  up_seconds double precision not null,
  constraint model_uptime_pkey PRIMARY KEY (model_name, day)
);

create table orchestration_logs (
  id uuid default new_id() not null,
  session_id uuid,
  thread_id uuid,
  log_level log_level default 'info'::log_level not null,
  component text not null,
  event_type text not null,
  message text default ''::text not null,
  details jsonb default '{}'::jsonb not null,
  error_stack text,
  iteration_number integer,
  model_involved text,
  processing_time double precision,
  memory_usage double precision,
  active_requests integer,
  queue_length integer,
  "timestamp" timestamp(3) with time zone default now() not null,
  stream_id uuid,
  seq integer,
  simulated boolean default false not null,
  constraint orchestration_logs_pkey PRIMARY KEY (id),
  constraint orchestration_logs_check CHECK (((seq IS NULL) OR (stream_id IS NOT NULL))),
  constraint orchestration_logs_seq_check CHECK ((seq >= 1))
);

create table personas (
  id uuid default new_id() not null,
  owner_id text,
  name text not null,
  description text default ''::text not null,
  system_prompt text not null,
  traits text[] default '{}'::text[] not null,
  domain_leanings jsonb default '{}'::jsonb not null,
  preferred_models text[] default '{}'::text[] not null,
  search_preferences jsonb default '{}'::jsonb not null,
  temperature double precision,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  constraint personas_pkey PRIMARY KEY (id),
  constraint personas_temperature_check CHECK (((temperature >= (0)::double precision) AND (temperature <= (2)::double precision)))
);

create table processing_jobs (
  id uuid default new_id() not null,
  owner_id text not null,
  file_id uuid,
  kind text not null,
  status job_status default 'queued'::job_status not null,
  stage text,
  done bigint default 0 not null,
  total bigint,
  attempt integer default 0 not null,
  max_attempts integer default 3 not null,
  stage_times jsonb default '{}'::jsonb not null,
  details jsonb default '{}'::jsonb not null,
  error_code text,
  error_message text,
  epoch integer default 0 not null,
  lease_until timestamp(3) with time zone,
  run_after timestamp(3) with time zone default now() not null,
  started_at timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  constraint processing_jobs_pkey PRIMARY KEY (id)
);

create table provider_checks (
  vendor text not null,
  base_url text not null,
  next_check_at timestamp(3) with time zone not null,
  checked_at timestamp(3) with time zone,
  code text,
  detail text,
  response_time double precision,
  models integer,
  constraint provider_checks_pkey PRIMARY KEY (vendor, base_url)
);

create table rate_blocks (
  id uuid default new_id() not null,
  model_name text not null,
  requests integer not null,
  tokens bigint not null,
  counts_until timestamp(3) with time zone not null,
  constraint rate_blocks_pkey PRIMARY KEY (id),
  constraint rate_blocks_requests_check CHECK ((requests >= 0)),
  constraint rate_blocks_tokens_check CHECK ((tokens >= 0))
);

create table refresh_tokens (
  id uuid default new_id() not null,
  user_id text not null,
  family_id uuid not null,
  token_hash text not null,
  user_agent text,
  expires_at timestamp(3) with time zone not null,
  used_at timestamp(3) with time zone,
  revoked_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default now() not null,
  constraint refresh_tokens_token_hash_key UNIQUE (token_hash),
  constraint refresh_tokens_pkey PRIMARY KEY (id)
);

create table schema_migrations (
  number integer not null,
  name text not null,
  sha256 text not null,
  applied_at timestamp(3) with time zone default now() not null,
  constraint schema_migrations_pkey PRIMARY KEY (number)
);

create table search_queries (
  id uuid default new_id() not null,
  owner_id text not null,
  mode search_mode not null,
  query text not null,
  filters jsonb default '{}'::jsonb not null,
  results jsonb default '[]'::jsonb not null,
  result_count integer default 0 not null,
  answer text,
  thread_id uuid,
  embedding_model text,
  cost numeric(20,10),
  duration double precision,
  created_at timestamp(3) with time zone default now() not null,
  constraint search_queries_pkey PRIMARY KEY (id),
  constraint search_queries_cost_check CHECK ((cost >= (0)::numeric))
);

create table system_metrics (
  id uuid default new_id() not null,
  sampled_at timestamp(3) with time zone default now() not null,
  node text not null,
  cpu_percentage double precision,
  memory_usage double precision,
  event_loop_delay_ms double precision,
  active_requests integer,
  queue_length integer,
  sockets integer,
  database_bytes bigint,
  details jsonb default '{}'::jsonb not null,
  constraint system_metrics_pkey PRIMARY KEY (id)
);

create table thread_requests (
  thread_id uuid not null,
  session_id uuid not null,
  request_no integer not null,
  kind text not null,
  stop_when stop_when,
  feedback text,
  created_at timestamp(3) with time zone default now() not null,
  iteration_number integer,
  constraint thread_requests_pkey PRIMARY KEY (thread_id, request_no),
  constraint thread_requests_kind_check CHECK ((kind = ANY (ARRAY['stop'::text, 'feedback'::text, 'iteration'::text])))
);

create table thread_shares (
  id text not null,
  thread_id uuid not null,
  user_id text not null,
  created_at timestamp(3) with time zone default now() not null,
  constraint thread_shares_thread_id_key UNIQUE (thread_id),
  constraint thread_shares_pkey PRIMARY KEY (id),
  constraint thread_shares_id_check CHECK ((length(id) >= 22))
);

create table uploads (
  id uuid default new_id() not null,
  file_id uuid,
  owner_id text not null,
  size bigint not null,
  chunk_size integer not null,
  received_bytes bigint default 0 not null,
  expected_sha256 text,
  expires_at timestamp(3) with time zone not null,
  completed_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  received int8multirange default '{}'::int8multirange not null,
  metadata jsonb default '{}'::jsonb not null,
  told_at timestamp(3) with time zone,
  constraint uploads_pkey PRIMARY KEY (id),
  constraint uploads_chunk_size_check CHECK ((chunk_size > 0)),
  constraint uploads_size_check CHECK ((size >= 0))
);

create table user_sessions (
  id uuid default new_id() not null,
  user_id text not null,
  session_start timestamp(3) with time zone default now() not null,
  session_end timestamp(3) with time zone,
  max_iterations integer default 3 not null,
  status session_status default 'active'::session_status not null,
  total_cost numeric(20,10) default 0 not null,
  user_satisfaction double precision,
  settings jsonb not null,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  held numeric(20,10) default 0 not null,
  unconfirmed numeric(20,10) default 0 not null,
  overrun numeric(20,10) default 0 not null,
  iterations_given boolean default false not null,
  cost_limit numeric(20,10) generated always as (((settings ->> 'cost_limit'::text))::numeric) stored,
  implicit_day date,
  constraint user_sessions_pkey PRIMARY KEY (id),
  constraint user_sessions_cost_limit_check CHECK ((cost_limit >= (0)::numeric)),
  constraint user_sessions_held_check CHECK ((held >= (0)::numeric)),
  constraint user_sessions_max_iterations_check CHECK (((max_iterations >= 1) AND (max_iterations <= 10))),
  constraint user_sessions_overrun_check CHECK ((overrun >= (0)::numeric)),
  constraint user_sessions_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text)),
  constraint user_sessions_total_cost_check CHECK ((total_cost >= (0)::numeric)),
  constraint user_sessions_unconfirmed_check CHECK ((unconfirmed >= (0)::numeric)),
  constraint user_sessions_user_satisfaction_check CHECK (((user_satisfaction >= (1)::double precision) AND (user_satisfaction <= (10)::double precision))),
  constraint user_sessions_within_limit CHECK (((cost_limit IS NULL) OR (((total_cost + unconfirmed) + held) <= cost_limit)))
) with (fillfactor=50);

create table users (
  id text not null,
  email text,
  name text default ''::text not null,
  password_hash text,
  role user_role default 'user'::user_role not null,
  status user_status default 'active'::user_status not null,
  preferences jsonb default '{}'::jsonb not null,
  last_sign_in_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  constraint users_pkey PRIMARY KEY (id)
);

create table vector_chunks (
  id uuid default new_id() not null,
  file_id uuid not null,
  owner_id text not null,
  version integer not null,
  "position" integer not null,
  text text not null,
  place jsonb default '{}'::jsonb not null,
  search tsvector generated always as (to_tsvector('simple'::regconfig, text)) stored,
  created_at timestamp(3) with time zone default now() not null,
  constraint vector_chunks_file_id_version_position_key UNIQUE (file_id, version, "position"),
  constraint vector_chunks_pkey PRIMARY KEY (id)
);

alter table algorithm_versions add constraint algorithm_versions_restored_from_fkey FOREIGN KEY (restored_from) REFERENCES algorithm_versions(version);

alter table api_keys add constraint api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table chunk_embeddings add constraint chunk_embeddings_chunk_id_fkey FOREIGN KEY (chunk_id) REFERENCES vector_chunks(id) ON DELETE CASCADE;

alter table chunk_embeddings add constraint chunk_embeddings_file_id_fkey FOREIGN KEY (file_id) REFERENCES files(id) ON DELETE CASCADE;

alter table collection_files add constraint collection_files_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES collections(id) ON DELETE CASCADE;

alter table collection_files add constraint collection_files_file_id_fkey FOREIGN KEY (file_id) REFERENCES files(id) ON DELETE CASCADE;

alter table collections add constraint collections_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id) ON DELETE CASCADE;

alter table conversation_threads add constraint conversation_threads_best_response_id_fkey FOREIGN KEY (best_response_id) REFERENCES model_responses(id) ON DELETE SET NULL;

alter table conversation_threads add constraint conversation_threads_parent_thread_id_fkey FOREIGN KEY (parent_thread_id) REFERENCES conversation_threads(id) ON DELETE SET NULL;

alter table conversation_threads add constraint conversation_threads_persona_id_fkey FOREIGN KEY (persona_id) REFERENCES personas(id) ON DELETE SET NULL;

alter table conversation_threads add constraint conversation_threads_session_id_fkey FOREIGN KEY (session_id) REFERENCES user_sessions(id) ON DELETE CASCADE;

alter table criticism_responses add constraint criticism_responses_original_response_id_fkey FOREIGN KEY (original_response_id) REFERENCES model_responses(id) ON DELETE CASCADE;

alter table criticism_responses add constraint criticism_responses_response_id_fkey FOREIGN KEY (response_id) REFERENCES model_responses(id) ON DELETE SET NULL;

alter table criticism_responses add constraint criticism_responses_thread_id_session_id_fkey FOREIGN KEY (thread_id, session_id) REFERENCES conversation_threads(id, session_id) ON DELETE CASCADE;

alter table files add constraint files_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id) ON DELETE CASCADE;

alter table idempotency_keys add constraint idempotency_keys_session_id_fkey FOREIGN KEY (session_id) REFERENCES user_sessions(id) ON DELETE CASCADE;

alter table idempotency_keys add constraint idempotency_keys_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES conversation_threads(id) ON DELETE CASCADE;

alter table model_evaluations add constraint model_evaluations_evaluated_response_id_fkey FOREIGN KEY (evaluated_response_id) REFERENCES model_responses(id) ON DELETE CASCADE;

alter table model_evaluations add constraint model_evaluations_response_id_fkey FOREIGN KEY (response_id) REFERENCES model_responses(id) ON DELETE SET NULL;

alter table model_evaluations add constraint model_evaluations_thread_id_session_id_fkey FOREIGN KEY (thread_id, session_id) REFERENCES conversation_threads(id, session_id) ON DELETE CASCADE;

alter table model_responses add constraint model_responses_parent_response_id_fkey FOREIGN KEY (parent_response_id) REFERENCES model_responses(id) ON DELETE SET NULL;

alter table model_responses add constraint model_responses_thread_id_session_id_fkey FOREIGN KEY (thread_id, session_id) REFERENCES conversation_threads(id, session_id) ON DELETE CASCADE;

alter table model_selection_history add constraint model_selection_history_thread_id_session_id_fkey FOREIGN KEY (thread_id, session_id) REFERENCES conversation_threads(id, session_id) ON DELETE CASCADE;

alter table model_uptime add constraint model_uptime_model_name_fkey FOREIGN KEY (model_name) REFERENCES ai_model_profiles(model_name) ON DELETE CASCADE;

alter table personas add constraint personas_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id) ON DELETE CASCADE;

alter table processing_jobs add constraint processing_jobs_file_id_fkey FOREIGN KEY (file_id) REFERENCES files(id) ON DELETE CASCADE;

alter table processing_jobs add constraint processing_jobs_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id) ON DELETE CASCADE;

alter table refresh_tokens add constraint refresh_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table search_queries add constraint search_queries_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id) ON DELETE CASCADE;

alter table search_queries add constraint search_queries_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES conversation_threads(id) ON DELETE SET NULL;

alter table thread_requests add constraint thread_requests_thread_id_session_id_fkey FOREIGN KEY (thread_id, session_id) REFERENCES conversation_threads(id, session_id) ON DELETE CASCADE;

alter table thread_shares add constraint thread_shares_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES conversation_threads(id) ON DELETE CASCADE;

alter table uploads add constraint uploads_file_id_fkey FOREIGN KEY (file_id) REFERENCES files(id) ON DELETE CASCADE;

alter table vector_chunks add constraint vector_chunks_file_id_fkey FOREIGN KEY (file_id) REFERENCES files(id) ON DELETE CASCADE;

CREATE OR REPLACE FUNCTION public.file_add_job(p_file files, p_kind text, p_details jsonb DEFAULT '{}'::jsonb, p_after interval DEFAULT '00:00:00'::interval)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  update processing_jobs set status = 'cancelled', epoch = epoch + 1, lease_until = null, finished_at = now()
    where file_id = p_file.id and status in ('queued', 'running');
  insert into processing_jobs (owner_id, file_id, kind, details, run_after)
  values (p_file.owner_id, p_file.id, p_kind, p_details, now() + p_after);
end
$function$;

CREATE OR REPLACE FUNCTION public.file_close(f files, j processing_jobs, p jsonb)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.file_stage(f files, j processing_jobs, p jsonb)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.journal_add_selections(t conversation_threads, p_selections jsonb)
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into model_selection_history (id, thread_id, session_id, iteration_number, selection_phase, algorithm_version,
    selection_strategy, candidates_considered, selected_model, selection_confidence, runner_up_model, selection_margin,
    primary_selection_factors, override_reasons, selection_success, actual_performance, selection_accuracy_score,
    selection_time, evaluators, reasoning)
  select s.id, t.id, t.session_id, s.iteration_number, s.selection_phase, s.algorithm_version, s.selection_strategy,
    s.candidates_considered, s.selected_model, s.selection_confidence, s.runner_up_model, s.selection_margin,
    s.primary_selection_factors, s.override_reasons, s.selection_success, s.actual_performance, s.selection_accuracy_score,
    s.selection_time, s.evaluators, s.reasoning
  from jsonb_populate_recordset(null::model_selection_history, coalesce(p_selections, '[]')) s
$function$;

CREATE OR REPLACE FUNCTION public.journal_learn(t conversation_threads)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from user_sessions where id = t.session_id and user_id = 'system:self-test') then
    perform journal_measure(t);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_measure(t conversation_threads)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  -- Threads that finish together lock the profiles they share in one order.
  perform from ai_model_profiles f
    where f.model_name in (select model_name from model_responses where thread_id = t.id) order by f.model_name for update;
  update ai_model_profiles f set
    performance_metrics = f.performance_metrics || jsonb_build_object(
      'total_requests', m.requests + n.requests,
      'total_tokens_processed', (f.performance_metrics ->> 'total_tokens_processed')::bigint + n.tokens,
      'average_response_time', round(((coalesce(m.response_time, 0) * m.requests + coalesce(n.response_time, 0) * n.requests)
        / nullif(m.requests + n.requests, 0))::numeric, 1),
      'success_rate', round(((coalesce(m.success_rate, 1) * m.requests + n.succeeded) / nullif(m.requests + n.requests, 0))::numeric, 4),
      'average_quality_rating', case when n.score is null then m.quality else round((((coalesce(m.quality, 0) * m.rated) + n.score)
        / (m.rated + 1))::numeric, 3)::double precision end),
    domain_performance = case when n.score is null or t.domain is null then f.domain_performance else
      f.domain_performance || jsonb_build_object(t.domain::text, jsonb_build_object('threads', m.threads + 1,
        'average_score', round(((m.average_score * m.threads + n.score) / (m.threads + 1))::numeric, 3))) end
  from (
    select model_name, count(*) as requests, count(*) filter (where status <> 'failed') as succeeded,
      coalesce(sum((tokens_used ->> 'total_tokens')::int), 0) as tokens, avg(response_time) as response_time,
      max(selection_score) filter (where role in ('primary', 'refiner')) as score
    from model_responses
    where thread_id = t.id and timestamp >= t.queued_at and not outcome_unknown and coalesce(error_message, '') <> 'aborted'
    group by model_name order by model_name
  ) n, ai_model_profiles g, lateral (
    select (g.performance_metrics ->> 'total_requests')::int as requests,
      (g.performance_metrics ->> 'average_response_time')::double precision as response_time,
      (g.performance_metrics ->> 'success_rate')::double precision as success_rate,
      (g.performance_metrics ->> 'average_quality_rating')::double precision as quality,
      (select coalesce(sum((d.value ->> 'threads')::int), 0) from jsonb_each(g.domain_performance) d) as rated,
      coalesce((g.domain_performance -> t.domain::text ->> 'threads')::int, 0) as threads,
      coalesce((g.domain_performance -> t.domain::text ->> 'average_score')::double precision, 0) as average_score
  ) m
  where f.model_name = n.model_name and g.id = f.id;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_money(r model_responses, p_from text, p_to text, p_cost numeric, OUT released numeric, OUT spent numeric, OUT overrun numeric, OUT unconfirmed numeric)
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE
AS $function$
declare
  v_reserved numeric := coalesce(r.reserved_cost, 0);
begin
  released := case when p_from = 'held' then v_reserved else 0 end;
  spent := case when p_to = 'spent' then least(coalesce(p_cost, 0), coalesce(r.reserved_cost, p_cost, 0)) else 0 end;
  overrun := case when p_to = 'spent' then coalesce(p_cost, 0) - spent else 0 end;
  unconfirmed := case when p_to = 'unconfirmed' then v_reserved else 0 end - case when p_from = 'unconfirmed' then v_reserved else 0 end;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_overrun(r model_responses, p_cost numeric)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
begin
  update ai_model_profiles set over_billed_at = now() where model_name = r.model_name and over_billed_at is null;
  return jsonb_build_array(jsonb_build_object('event_type', 'bill_exceeded', 'log_level', 'warning',
    'iteration_number', r.iteration_number, 'model_involved', r.model_name,
    'message', r.model_name || ' charged more than was reserved: it answers nothing more where there is a cost limit',
    'details', jsonb_build_object('response_id', r.id, 'reserved_cost', r.reserved_cost, 'cost', p_cost)));
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_repeat(k idempotency_keys)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  v_hash text;
begin
  if k.key is null then return null; end if;
  loop
    insert into idempotency_keys (user_id, route, key, body_hash) values (k.user_id, k.route, k.key, k.body_hash)
      on conflict (user_id, route, key) do nothing;
    if found then return null; end if;
    select body_hash into v_hash from idempotency_keys where (user_id, route, key) = (k.user_id, k.route, k.key);
    if found then return case when v_hash = k.body_hash then 'repeated' else 'key_reused' end; end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_repeatable(k idempotency_keys, p_thread_id uuid, p_answer jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
begin
  if p_answer ->> 'code' = 'asked' then
    update idempotency_keys set thread_id = p_thread_id where (user_id, route, key) = (k.user_id, k.route, k.key);
  else
    delete from idempotency_keys where (user_id, route, key) = (k.user_id, k.route, k.key);
  end if;
  return p_answer;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_save(t conversation_threads, p_events jsonb, p_system jsonb)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
begin
  t.last_seq := t.last_seq + jsonb_array_length(p_events);
  update conversation_threads set last_seq = t.last_seq, lease_until = t.lease_until,
    thread_status = t.thread_status, processed_prompt = t.processed_prompt, domain = t.domain,
    complexity_level = t.complexity_level, estimated_difficulty = t.estimated_difficulty, language = t.language,
    analysis = t.analysis, mode = t.mode, max_iterations = t.max_iterations, current_iteration = t.current_iteration,
    selected_model = t.selected_model, evaluators = t.evaluators, simulated = t.simulated, best_model_id = t.best_model_id,
    best_response_id = t.best_response_id, best_iteration = t.best_iteration, final_quality_score = t.final_quality_score,
    held = t.held, total_cost = t.total_cost, overrun = t.overrun, unconfirmed = t.unconfirmed,
    total_tokens_used = t.total_tokens_used, total_models_involved = t.total_models_involved,
    takes_without_progress = t.takes_without_progress, stop_requested = t.stop_requested, request_no = t.request_no,
    seen_request_no = t.seen_request_no
  where id = t.id;
  if p_events <> '[]' then perform journal_tell(t, p_events, p_system); end if;
  return t.last_seq;
end
$function$;

CREATE OR REPLACE FUNCTION public.journal_tell(t conversation_threads, p_events jsonb, p_system jsonb)
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into orchestration_logs (id, session_id, thread_id, stream_id, seq, log_level, component, event_type, message,
    details, error_stack, iteration_number, model_involved, processing_time, memory_usage, active_requests, queue_length,
    simulated, timestamp)
  select new_id(), t.session_id, t.id, t.id, t.last_seq - jsonb_array_length(p_events) + e.place,
    coalesce(e.value ->> 'log_level', 'info')::log_level, coalesce(e.value ->> 'component', 'orchestrator'),
    e.value ->> 'event_type', e.value ->> 'message',
    jsonb_build_object('total_cost', round(t.total_cost + t.overrun, 9)) || (e.value -> 'details'),
    e.value ->> 'error_stack', coalesce((e.value ->> 'iteration_number')::int, t.current_iteration),
    e.value ->> 'model_involved', (e.value ->> 'processing_time')::double precision,
    (p_system ->> 'memory_usage')::double precision, (p_system ->> 'active_requests')::int, (p_system ->> 'queue_length')::int,
    t.simulated, clock_timestamp()
  from jsonb_array_elements(p_events) with ordinality as e (value, place)
$function$;

CREATE OR REPLACE FUNCTION public.journal_updated(t conversation_threads, p_change text, p_message text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_array(jsonb_build_object('event_type', 'thread_updated', 'component', 'api', 'message', p_message,
    'iteration_number', t.best_iteration, 'model_involved', t.best_model_id, 'details', jsonb_build_object(
      'change', p_change, 'thread_status', t.thread_status, 'stop_reason', t.stop_reason, 'failure_reason', t.failure_reason,
      'user_accepted', t.user_accepted, 'user_rating', t.user_rating, 'user_comment', t.user_comment,
      'final_response', t.final_response, 'final_quality_score', t.final_quality_score, 'best_iteration', t.best_iteration,
      'best_response_id', t.best_response_id, 'best_model_id', t.best_model_id)))
$function$;

CREATE OR REPLACE FUNCTION public.journal_warning(t conversation_threads, s user_sessions)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  v_thread numeric := (t.total_cost + t.overrun + t.unconfirmed) / nullif(t.cost_limit, 0);
  v_session numeric := (s.total_cost + s.overrun + s.unconfirmed) / nullif(s.cost_limit, 0);
  v_share numeric := greatest(v_thread, v_session);
begin
  if v_share is null or v_share < 0.8
    or exists (select from orchestration_logs l where l.stream_id = t.id and l.event_type = 'cost_limit_warning') then
    return '[]';
  end if;
  return jsonb_build_array(jsonb_build_object('event_type', 'cost_limit_warning', 'log_level', 'warning',
    'message', round(v_share * 100) || ' % of the cost limit is used',
    'details', case when v_share = v_thread then
        jsonb_build_object('total_cost', round(t.total_cost + t.overrun, 9), 'held', round(t.held, 9),
          'unconfirmed', round(t.unconfirmed, 9), 'cost_limit', t.cost_limit, 'share', round(v_share, 4))
      else
        jsonb_build_object('total_cost', round(s.total_cost + s.overrun, 9), 'held', round(s.held, 9),
          'unconfirmed', round(s.unconfirmed, 9), 'cost_limit', s.cost_limit, 'share', round(v_share, 4))
      end));
end
$function$;

CREATE INDEX algorithm_versions_restored_from_idx ON public.algorithm_versions USING btree (restored_from) WHERE (restored_from IS NOT NULL);

CREATE INDEX api_keys_user_id_idx ON public.api_keys USING btree (user_id);

CREATE INDEX chunk_embeddings_file_id_idx ON public.chunk_embeddings USING btree (file_id);

CREATE INDEX chunk_embeddings_owner_id_model_idx ON public.chunk_embeddings USING btree (owner_id, model);

CREATE INDEX collection_files_file_id_idx ON public.collection_files USING btree (file_id);

CREATE UNIQUE INDEX collections_name_key ON public.collections USING btree (owner_id, lower(name));

CREATE INDEX conversation_threads_best_model_id_final_quality_score_idx ON public.conversation_threads USING btree (best_model_id, final_quality_score DESC NULLS LAST);

CREATE INDEX conversation_threads_best_response_id_idx ON public.conversation_threads USING btree (best_response_id) WHERE (best_response_id IS NOT NULL);

CREATE INDEX conversation_threads_created_at_id_idx ON public.conversation_threads USING btree (created_at DESC NULLS LAST, id DESC);

CREATE INDEX conversation_threads_domain_thread_status_idx ON public.conversation_threads USING btree (domain, thread_status);

CREATE INDEX conversation_threads_parent_thread_id_idx ON public.conversation_threads USING btree (parent_thread_id) WHERE (parent_thread_id IS NOT NULL);

CREATE INDEX conversation_threads_persona_id_idx ON public.conversation_threads USING btree (persona_id) WHERE (persona_id IS NOT NULL);

CREATE INDEX conversation_threads_session_id_created_at_idx ON public.conversation_threads USING btree (session_id, created_at DESC NULLS LAST);

CREATE INDEX conversation_threads_unfinished_idx ON public.conversation_threads USING btree (queued_at) WHERE (thread_status <> ALL (ARRAY['completed'::thread_status, 'failed'::thread_status]));

CREATE INDEX criticism_responses_original_response_id_idx ON public.criticism_responses USING btree (original_response_id);

CREATE INDEX criticism_responses_response_id_idx ON public.criticism_responses USING btree (response_id) WHERE (response_id IS NOT NULL);

CREATE INDEX criticism_responses_thread_id_iteration_number_idx ON public.criticism_responses USING btree (thread_id, iteration_number);

CREATE INDEX files_deleted_at_idx ON public.files USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);

CREATE INDEX files_owner_id_created_at_idx ON public.files USING btree (owner_id, created_at DESC NULLS LAST);

CREATE INDEX files_owner_id_sha256_idx ON public.files USING btree (owner_id, sha256);

CREATE INDEX files_unfinished_idx ON public.files USING btree (status) WHERE (status <> 'ready'::file_status);

CREATE INDEX idempotency_keys_expires_at_idx ON public.idempotency_keys USING btree (expires_at);

CREATE INDEX idempotency_keys_session_id_idx ON public.idempotency_keys USING btree (session_id) WHERE (session_id IS NOT NULL);

CREATE INDEX idempotency_keys_thread_id_idx ON public.idempotency_keys USING btree (thread_id) WHERE (thread_id IS NOT NULL);

CREATE INDEX model_evaluations_evaluated_response_id_idx ON public.model_evaluations USING btree (evaluated_response_id);

CREATE INDEX model_evaluations_evaluator_model_overall_score_idx ON public.model_evaluations USING btree (evaluator_model, overall_score DESC NULLS LAST);

CREATE INDEX model_evaluations_response_id_idx ON public.model_evaluations USING btree (response_id) WHERE (response_id IS NOT NULL);

CREATE INDEX model_evaluations_thread_id_iteration_number_idx ON public.model_evaluations USING btree (thread_id, iteration_number);

CREATE INDEX model_responses_is_selected_best_selection_score_idx ON public.model_responses USING btree (is_selected_best, selection_score DESC NULLS LAST);

CREATE INDEX model_responses_model_name_timestamp_idx ON public.model_responses USING btree (model_name, "timestamp" DESC NULLS LAST);

CREATE UNIQUE INDEX model_responses_one_live_attempt_key ON public.model_responses USING btree (thread_id, step) WHERE (status = ANY (ARRAY['pending'::response_status, 'completed'::response_status]));

CREATE INDEX model_responses_parent_response_id_idx ON public.model_responses USING btree (parent_response_id) WHERE (parent_response_id IS NOT NULL);

CREATE INDEX model_responses_thread_id_iteration_number_idx ON public.model_responses USING btree (thread_id, iteration_number);

CREATE INDEX model_selection_history_selected_model_selection_success_idx ON public.model_selection_history USING btree (selected_model, selection_success);

CREATE INDEX model_selection_history_thread_id_iteration_number_idx ON public.model_selection_history USING btree (thread_id, iteration_number);

CREATE INDEX orchestration_logs_lines_idx ON public.orchestration_logs USING btree ("timestamp" DESC NULLS LAST) WHERE (seq IS NULL);

CREATE INDEX orchestration_logs_session_lines_idx ON public.orchestration_logs USING btree (session_id) WHERE (thread_id IS NULL);

CREATE UNIQUE INDEX orchestration_logs_stream_id_seq_key ON public.orchestration_logs USING btree (stream_id, seq) WHERE (seq IS NOT NULL);

CREATE INDEX orchestration_logs_thread_id_seq_idx ON public.orchestration_logs USING btree (thread_id, seq);

CREATE UNIQUE INDEX personas_name_key ON public.personas USING btree (owner_id, lower(name)) NULLS NOT DISTINCT;

CREATE INDEX processing_jobs_file_id_idx ON public.processing_jobs USING btree (file_id);

CREATE INDEX processing_jobs_owner_id_created_at_idx ON public.processing_jobs USING btree (owner_id, created_at DESC NULLS LAST);

CREATE INDEX processing_jobs_owner_id_started_at_idx ON public.processing_jobs USING btree (owner_id, started_at DESC NULLS LAST);

CREATE INDEX processing_jobs_waiting_idx ON public.processing_jobs USING btree (run_after) WHERE (status = ANY (ARRAY['queued'::job_status, 'running'::job_status]));

CREATE INDEX rate_blocks_model_name_idx ON public.rate_blocks USING btree (model_name);

CREATE INDEX refresh_tokens_family_id_idx ON public.refresh_tokens USING btree (family_id);

CREATE INDEX refresh_tokens_user_id_idx ON public.refresh_tokens USING btree (user_id);

CREATE INDEX search_queries_owner_id_created_at_idx ON public.search_queries USING btree (owner_id, created_at DESC NULLS LAST);

CREATE INDEX search_queries_thread_id_idx ON public.search_queries USING btree (thread_id) WHERE (thread_id IS NOT NULL);

CREATE INDEX system_metrics_sampled_at_idx ON public.system_metrics USING btree (sampled_at DESC NULLS LAST);

CREATE INDEX uploads_expires_at_idx ON public.uploads USING btree (expires_at) WHERE (completed_at IS NULL);

CREATE INDEX uploads_file_id_idx ON public.uploads USING btree (file_id);

CREATE UNIQUE INDEX user_sessions_implicit_day_key ON public.user_sessions USING btree (user_id, implicit_day) WHERE ((implicit_day IS NOT NULL) AND (status = 'active'::session_status));

CREATE INDEX user_sessions_status_created_at_idx ON public.user_sessions USING btree (status, created_at DESC NULLS LAST);

CREATE INDEX user_sessions_user_id_session_start_idx ON public.user_sessions USING btree (user_id, session_start DESC NULLS LAST);

CREATE UNIQUE INDEX users_email_key ON public.users USING btree (lower(email));

CREATE INDEX vector_chunks_owner_id_idx ON public.vector_chunks USING btree (owner_id);

CREATE INDEX vector_chunks_search_idx ON public.vector_chunks USING gin (search);

CREATE TRIGGER ai_model_profiles_updated_at BEFORE UPDATE ON public.ai_model_profiles FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER collections_updated_at BEFORE UPDATE ON public.collections FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER conversation_threads_delete_logs AFTER DELETE ON public.conversation_threads REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION delete_thread_logs();

CREATE TRIGGER conversation_threads_updated_at BEFORE UPDATE ON public.conversation_threads FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER external_integrations_updated_at BEFORE UPDATE ON public.external_integrations FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER files_delete_log AFTER DELETE ON public.files FOR EACH ROW EXECUTE FUNCTION delete_file_log();

CREATE TRIGGER files_updated_at BEFORE UPDATE ON public.files FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER personas_updated_at BEFORE UPDATE ON public.personas FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER processing_jobs_updated_at BEFORE UPDATE ON public.processing_jobs FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER uploads_updated_at BEFORE UPDATE ON public.uploads FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER user_sessions_delete_log_lines AFTER DELETE ON public.user_sessions FOR EACH ROW EXECUTE FUNCTION delete_session_log_lines();

CREATE TRIGGER user_sessions_updated_at BEFORE UPDATE ON public.user_sessions FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER users_updated_at BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
