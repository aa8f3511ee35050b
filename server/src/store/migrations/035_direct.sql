-- One model asked directly: a thread of one call, without a job and without criticism. What begins and ends at the same time is one
-- statement and one flush of the disk. Items answer codes, none raises for another's conflict. Locks as everywhere: sessions, then
-- threads, then responses, then profiles; several of a kind by their id.

-- The UTC day of a session that was made for whoever named none; null: a user made it.
alter table user_sessions add column implicit_day date;
create unique index user_sessions_implicit_day_key on user_sessions (user_id, implicit_day)
  where implicit_day is not null and status = 'active';

-- The log of a thread goes with it. A foreign key would look the thread up for each event, though whoever writes one has just
-- locked it [30 to 40 us a call].
alter table orchestration_logs drop constraint orchestration_logs_thread_id_session_id_fkey;

create function delete_thread_logs() returns trigger language plpgsql as $$
begin
  delete from orchestration_logs where thread_id in (select id from gone);
  return null;
end
$$;

create trigger conversation_threads_delete_logs after delete on conversation_threads
  referencing old table as gone for each statement execute function delete_thread_logs();

-- {begin: [...], end: [...]}, either may be missing -> the same with answers. The ends come first: they free money.
-- A single session is locked by the update of its money. Plans are made once, and by the ids that are given, however few rows there
-- were at that time: else a young table is read whole for each [the end of one call, at least: 1.5 -> 1.2 ms, and it no longer grows
-- with the table].
create function journal_direct(p jsonb) returns jsonb language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
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
$$;

-- begin: threads, their first call with its money, the first event.
-- [{session_id, user_id, thread_id, response_id, event_id, model_name, simulated, over_billed, prompt, context, prompt_sent,
--   reserved_cost, settings, system}] -> [{code, deadline_ms}], in order
create function journal_begin_direct(p jsonb, p_sessions uuid[]) returns jsonb language plpgsql as $$
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
$$;

-- What becomes of each, and the money of those that fit, where a session refuses some of its items: each is held against the limit
-- in its place, those before it have their money already. `p_fit`: sessions that have taken all of theirs.
create function journal_fit_direct(p jsonb, p_fit uuid[]) returns text[] language plpgsql as $$
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
$$;

-- end: what became of calls whose first attempt was their last, and the end of their threads.
-- [{session_id, thread_id, epoch, id, reserved_cost, status, response_text, response_time, tokens_used, tokens, cost, cost_source,
--   error_message, finish_reason, hold, failure_code, elapsed, events: [two: {id, event_type, log_level, message, details,
--   processing_time}], system}] -> [{code: 'ended', last_seq} or {code: 'alone'}], in order
-- `alone`: not as simple as it began (another worker has the thread, it is final, the user asked something of it, a bill above its
-- reservation); nothing was written of it, and journal_settle and journal_finish are to be asked.
create function journal_end_direct(p jsonb, p_sessions uuid[]) returns jsonb language plpgsql as $$
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
$$;

-- The money of calls that have ended, from held to where it belongs; `p_sign` -1: back, of those that are to end otherwise.
-- Answers whether four fifths of some limit are gone.
create function journal_pay_direct(p jsonb, p_sessions uuid[], p_sign int) returns boolean language plpgsql as $$
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
$$;

-- One warning per thread, once four fifths of its session's limit are gone. Answers the numbers after which the end's events begin.
create function journal_warn_direct(p jsonb, p_last int[]) returns int[] language plpgsql as $$
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
$$;

-- What these calls teach of their models, as journal_learn does of a thread; nothing of those that were aborted.
create function journal_learn_direct(p jsonb, p_last int[]) returns void language plpgsql as $$
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
$$;
