-- Whose a thread is, and for how long. A lease is 30 seconds by the database's clock; every write of its worker renews it.
-- Functions of 022_journal.sql that knew of no other worker are replaced here.

-- Write a thread's row as `t` has it, with the counter moved on, and then the events: one update a transaction.
create or replace function journal_save(t conversation_threads, p_events jsonb, p_system jsonb) returns int language plpgsql as $$
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
$$;

create function journal_lease() returns timestamptz language sql stable as $$
  select now() + interval '30 seconds'
$$;

-- Whether a lease is valid. One that lies further ahead than any can is from before the clock was set back: nobody renews it.
create function journal_leased(p_lease timestamptz) returns boolean language sql volatile as $$
  select coalesce(p_lease > clock_timestamp() and p_lease < clock_timestamp() + interval '2 minutes', false)
$$;

-- Have some worker woken for a thread, now or later. The job is an alarm clock: the thread's row decides what is to be done.
-- On a server that is a pg-boss job, at most one waiting per thread; the embedded database has one process, which wakes itself.
create function journal_alarm(p_thread_id uuid, p_at timestamptz default now()) returns void language plpgsql as $$
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
$$;

-- take: a worker makes the thread its own; what an earlier worker left pending is lost, and its money unconfirmed.
-- {thread_id, alone, epoch}: `alone`, no other process can be working (the folder's lock); `epoch`, of the worker that has it already.
create or replace function journal_take(p jsonb) returns jsonb language plpgsql as $$
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
$$;

-- renew: the leases of threads a process works on. {threads: [{thread_id, epoch}]} -> {threads: those that are still its own}
-- A row that is locked is being written at this moment: by its worker, who renews it, or by another who takes it.
create function journal_renew(p jsonb) returns jsonb language plpgsql as $$
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
$$;

-- release: a worker that leaves lets go of a thread whose calls have all ended, so that another need not wait for the lease.
-- Leaving is no failure of the thread. {thread_id, epoch}
create function journal_release(p jsonb) returns jsonb language plpgsql as $$
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
$$;

-- sweep: threads that nobody works on are woken again. -> {threads: their ids, oldest first}
create function journal_sweep(p jsonb) returns jsonb language plpgsql as $$
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
$$;
