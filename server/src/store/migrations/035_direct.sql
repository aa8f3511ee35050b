-- One model asked directly: a thread of one call, without a job and without criticism. Two functions, each over a whole list:
-- what begins together, or ends together, is one statement and one flush of the disk. Their items answer codes, none raises for
-- another's conflict. Locks as everywhere: sessions, then threads, then responses, then profiles; several of a kind by their id.

-- The UTC day of a session that was made for whoever named none; null: a user made it.
alter table user_sessions add column implicit_day date;
create unique index user_sessions_implicit_day_key on user_sessions (user_id, implicit_day)
  where implicit_day is not null and status = 'active';

-- begin: threads, their first call with its money, the first event.
-- [{session_id, user_id, thread_id, response_id, event_id, model_name, simulated, over_billed, prompt, context, prompt_sent,
--   reserved_cost, settings, system}] -> [{code, deadline_ms, cost_limit}], in order
-- An item is held against the limit in its place: those before it have their money already.
create function journal_begin_direct(p jsonb) returns jsonb language plpgsql as $$
declare
  s user_sessions;
  c record;
  v_code text;
  v_held numeric;
  v_codes text[] := array_fill('session_not_found'::text, array[jsonb_array_length(p)]);
  v_answers jsonb;
begin
  for s in select * from user_sessions
    where id in (select (e ->> 'session_id')::uuid from jsonb_array_elements(p) e) order by id for update
  loop
    v_held := 0;
    for c in select place, e ->> 'user_id' as user_id, (e ->> 'reserved_cost')::numeric as cost,
        (e ->> 'over_billed')::boolean as over_billed
      from jsonb_array_elements(p) with ordinality as l (e, place) where (e ->> 'session_id')::uuid = s.id order by place
    loop
      v_code := case
        when s.user_id <> c.user_id then 'session_not_found'
        when s.status <> 'active' then 'session_ended'
        when s.cost_limit is null then 'reserved'
        when c.cost is null then 'unknown_price'
        when c.over_billed then 'over_billed'
        when s.total_cost + s.overrun + s.unconfirmed + c.cost > s.cost_limit then 'cost_limit'
        -- It would fit once others of the session have settled: wait for them, holding nothing.
        when s.total_cost + s.overrun + s.unconfirmed + s.held + v_held + c.cost > s.cost_limit then 'wait'
        else 'reserved' end;
      v_codes[c.place] := v_code;
      if v_code = 'reserved' then v_held := v_held + coalesce(c.cost, 0); end if;
    end loop;
    update user_sessions set held = held + v_held where id = s.id and v_held > 0;
  end loop;

  with calls as materialized (
    select l.*, v_codes[l.place] as code, u.settings as session, u.cost_limit,
      now() + make_interval(secs => (u.settings ->> 'deadline_ms')::double precision / 1000) as deadline
    from rows from (jsonb_to_recordset(p) as (session_id uuid, thread_id uuid, response_id uuid, event_id uuid, model_name text,
        simulated boolean, prompt text, context text, prompt_sent text, reserved_cost numeric, settings jsonb, system jsonb))
      with ordinality as l (session_id, thread_id, response_id, event_id, model_name, simulated, prompt, context, prompt_sent,
        reserved_cost, settings, system, place)
    left join user_sessions u on u.id = l.session_id
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

-- end: what became of those calls, and the end of their threads.
-- [{session_id, thread_id, epoch, response: {id, status, response_text, response_time, tokens_used, cost, cost_source,
--   error_message, finish_reason}, hold, failure: null or {code, detail}, event_ids: [two], system}]
-- -> [{code: 'ended', last_seq, total_cost, total_time_spent, cost_is_estimated} or {code: 'alone'}], in order
-- `alone`: not as simple as it began (another worker has the thread, the user asked something of it, earlier attempts, a bill
-- above its reservation); nothing was written of it, and journal_settle and journal_finish are to be asked.
create function journal_end_direct(p jsonb) returns jsonb language plpgsql as $$
declare
  v_answers jsonb;
begin
  perform from user_sessions
    where id in (select (e ->> 'session_id')::uuid from jsonb_array_elements(p) e) order by id for update;
  perform from conversation_threads
    where id in (select (e ->> 'thread_id')::uuid from jsonb_array_elements(p) e) order by id for update;
  perform from ai_model_profiles where model_name in (select t.selected_model from conversation_threads t
    where t.id in (select (e ->> 'thread_id')::uuid from jsonb_array_elements(p) e)) order by model_name for update;

  with calls as (
    select l.place, l.session_id, l.thread_id, l.epoch, l.hold, l.failure, l.event_ids, l.system, r.*
    from rows from (jsonb_to_recordset(p) as (session_id uuid, thread_id uuid, epoch int, response jsonb, hold text, failure jsonb,
        event_ids uuid[], system jsonb))
      with ordinality as l (session_id, thread_id, epoch, response, hold, failure, event_ids, system, place),
      lateral jsonb_to_record(l.response) as r (id uuid, status response_status, response_text text,
        response_time double precision, tokens_used jsonb, cost numeric, cost_source cost_source, error_message text,
        finish_reason finish_reason)
  ), judged as materialized (
    select c.*, r.model_name, r.simulated, coalesce(r.reserved_cost, 0) as reserved, t.cost_limit as thread_limit,
      t.last_seq, t.queued_at, t.max_iterations,
      case when c.hold = 'spent' then c.cost else 0 end as spent,
      case when c.hold = 'unconfirmed' then coalesce(r.reserved_cost, 0) else 0 end as lost,
      c.status = 'completed' as answered,
      r.status = 'pending' and r.attempt = 1 and r.epoch = c.epoch and t.epoch = c.epoch and t.request_no = 0
        and t.thread_status not in ('completed', 'failed')
        and (c.hold <> 'spent' or c.cost <= coalesce(r.reserved_cost, c.cost)) as simple
    from calls c join conversation_threads t on t.id = c.thread_id join model_responses r on r.id = c.id
  ), money as (
    select session_id, sum(reserved) as released, sum(spent) as spent, sum(lost) as lost from judged where simple group by session_id
  ), paid as (
    update user_sessions u set held = u.held - m.released, total_cost = u.total_cost + m.spent, unconfirmed = u.unconfirmed + m.lost
    from money m where u.id = m.session_id returning u.*
  ), done as materialized (
    select j.*, clock_timestamp() as at, s.total_cost as session_cost, s.overrun as session_overrun,
      s.unconfirmed as session_unconfirmed, s.held as session_held, s.cost_limit as session_limit,
      (s.total_cost + s.overrun + s.unconfirmed) / nullif(s.cost_limit, 0) as share,
      round(extract(epoch from clock_timestamp() - j.queued_at) * 1000) as elapsed
    from judged j join paid s on s.id = j.session_id where j.simple
  ), responses as (
    update model_responses r set status = d.status, response_text = d.response_text, response_time = d.response_time,
      tokens_used = d.tokens_used, cost = d.cost, cost_source = d.cost_source, error_message = d.error_message,
      finish_reason = d.finish_reason, processing_duration = d.response_time, is_selected_best = d.answered
    from done d where r.id = d.id
  ), warned as materialized (
    select *, case when coalesce(share, 0) >= 0.8 then 1 else 0 end as warnings from done
  ), threads as (
    update conversation_threads t set thread_status = case when d.answered then 'completed' else 'failed' end::thread_status,
      stop_reason = case when d.answered then 'no_evaluators'::stop_reason end, failure_reason = d.failure ->> 'code',
      final_response = case when d.answered then d.response_text end,
      best_response_id = case when d.answered then d.id end, best_model_id = case when d.answered then d.model_name end,
      best_iteration = case when d.answered then 1 end, held = 0, total_cost = d.spent, unconfirmed = d.lost,
      total_tokens_used = coalesce((d.tokens_used ->> 'total_tokens')::int, 0), current_iteration = case when d.answered then 1 else 0 end,
      takes_without_progress = 0, lease_until = null, last_seq = d.last_seq + 2 + d.warnings, completed_at = d.at,
      total_time_spent = d.elapsed
    from warned d where t.id = d.thread_id
  ), told as (
    select d.*, 1 as step, case when answered then 'response_generated' else 'error_occurred' end as event_type,
      case when answered then 'info' else 'error' end::log_level as level,
      case when answered then d.model_name || ' wrote an answer in ' || d.response_time || ' ms'
        else 'No answer: ' || (d.failure ->> 'detail') end as message, d.response_time as took,
      case when answered then jsonb_build_object('response_id', d.id, 'role', 'primary', 'response_text', d.response_text,
          'confidence_score', null, 'tokens_used', d.tokens_used, 'cost', d.cost, 'cost_source', d.cost_source,
          'response_time', d.response_time, 'finish_reason', d.finish_reason)
        else d.failure || '{"component": "provider", "recoverable": false, "retry_after_ms": null}' end as details
    from warned d
    union all
    select d.*, 2, 'cost_limit_warning', 'warning', round(d.share * 100) || ' % of the cost limit is used', null,
      jsonb_build_object('held', round(d.session_held, 9), 'unconfirmed', round(d.session_unconfirmed, 9),
        'cost_limit', d.session_limit, 'share', round(d.share, 4), 'total_cost', round(d.session_cost + d.session_overrun, 9))
    from warned d where warnings = 1
    union all
    select d.*, 2 + warnings, 'orchestration_finished', 'info', case when answered then 'Finished' else 'Failed: ' || (d.failure ->> 'detail') end,
      d.elapsed, jsonb_build_object('thread_status', case when answered then 'completed' else 'failed' end,
        'stop_reason', case when answered then 'no_evaluators' end, 'failure_reason', d.failure -> 'code',
        'final_response', case when answered then d.response_text end, 'final_quality_score', null,
        'best_iteration', case when answered then 1 end, 'best_response_id', case when answered then d.id end,
        'best_model_id', case when answered then d.model_name end, 'iterations', case when answered then 1 else 0 end,
        'cost_is_estimated', d.cost_source <> 'provider', 'total_tokens_used', coalesce((d.tokens_used ->> 'total_tokens')::int, 0),
        'total_time_spent', d.elapsed)
    from warned d
  ), events as (
    insert into orchestration_logs (id, session_id, thread_id, stream_id, seq, log_level, component, event_type, message, details,
      iteration_number, model_involved, processing_time, memory_usage, active_requests, queue_length, simulated, timestamp)
    select coalesce(case step when 1 then event_ids[1] when 2 + warnings then event_ids[2] end, new_id()), session_id, thread_id, thread_id,
      last_seq + step, level, 'orchestrator', event_type, message, jsonb_build_object('total_cost', round(spent, 9)) || details,
      1, model_name, took, (system ->> 'memory_usage')::double precision, (system ->> 'active_requests')::int,
      (system ->> 'queue_length')::int, simulated, at
    from told
  ), taught as (
    select model_name, count(*) as requests, count(*) filter (where answered) as succeeded,
      sum(coalesce((tokens_used ->> 'total_tokens')::int, 0)) as tokens, avg(response_time) as response_time
    from done where coalesce(error_message, '') <> 'aborted' group by model_name
  ), learned as (
    update ai_model_profiles f set performance_metrics = f.performance_metrics || jsonb_build_object(
      'total_requests', m.requests + n.requests,
      'total_tokens_processed', (f.performance_metrics ->> 'total_tokens_processed')::bigint + n.tokens,
      'average_response_time', round(((coalesce(m.response_time, 0) * m.requests + coalesce(n.response_time, 0) * n.requests)
        / (m.requests + n.requests))::numeric, 1),
      'success_rate', round(((coalesce(m.success_rate, 1) * m.requests + n.succeeded) / (m.requests + n.requests))::numeric, 4))
    from taught n, ai_model_profiles g, lateral (
      select (g.performance_metrics ->> 'total_requests')::int as requests,
        (g.performance_metrics ->> 'average_response_time')::double precision as response_time,
        (g.performance_metrics ->> 'success_rate')::double precision as success_rate
    ) m
    where f.model_name = n.model_name and g.id = f.id
  )
  select jsonb_agg(case when d.place is null then '{"code": "alone"}' else jsonb_build_object('code', 'ended',
      'last_seq', d.last_seq + 2 + d.warnings, 'total_cost', round(d.spent, 9), 'total_time_spent', d.elapsed,
      'cost_is_estimated', d.cost_source <> 'provider') end order by n.place) into v_answers
    from generate_series(1, jsonb_array_length(p)) n (place) left join warned d on d.place = n.place;
  return v_answers;
end
$$;
