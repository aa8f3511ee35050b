-- What a user does with a thread: steers it, has it go on, accepts, rejects or rates it, takes an earlier version back.
-- Functions of 026_settlements.sql and 027_requests.sql again, that know of it; 034_verdicts.sql has those of the door.

-- The iteration that works it in; null: none yet.
alter table thread_requests add column iteration_number int;

alter table conversation_threads
  -- how the user wants the run under way to end
  add column asked_status thread_status check (asked_status in ('completed', 'failed')),
  -- the version the user made final, and how many there were then: later ones are measured by it
  add column restored_iteration int,
  add column restored_after int;

-- reserve: a whole stage at once, its money and its plan.
-- {thread_id, epoch, calls, headroom, thread, read, selections, events, system}
-- `read`: the first call opens an iteration, and this iteration works in what the user has asked up to that number.
create or replace function journal_reserve(p jsonb) returns jsonb language plpgsql as $$
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
$$;

-- What a finished run of a thread teaches of each model that took part in it: times, failures, tokens, and the score of its best version.
create or replace function journal_learn(t conversation_threads) returns void language plpgsql as $$
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
$$;

-- finish: the final state, once for each time it was asked to run; a rejection by the user outranks what the worker says.
-- {thread_id, epoch, ending: {...}, system}
create or replace function journal_finish(p jsonb) returns jsonb language plpgsql as $$
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
$$;

-- ask: a user wants something of a thread that was accepted already. {thread_id, kind, when, feedback, system}
-- `stop`: asking twice is asking once, `now` overrides `after_iteration`. `feedback`: read before the thread ends.
-- `iteration`: a thread that has ended goes on by one; of two at once, one wins. What an iteration that came to nothing was to
-- work in is unread again.
create or replace function journal_ask(p jsonb) returns jsonb language plpgsql as $$
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
$$;
