-- The journal and the money: one function per transaction of the protocol. Each takes one JSON object and answers one,
-- with a `code` instead of an exception, so that several can travel in one statement later.
-- A function locks session, then thread, then responses, then profiles: always that order.

-- Write events of a thread whose row, with its counter, is `t`: numbered without gaps, with its total cost at that moment.
create function journal_tell(t conversation_threads, p_events jsonb, p_system jsonb) returns void language sql as $$
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
$$;

-- Write a thread's row as `t` has it, with the counter moved on and the lease renewed, and then the events: one update a transaction.
create function journal_save(t conversation_threads, p_events jsonb, p_system jsonb) returns int language plpgsql as $$
begin
  t.last_seq := t.last_seq + jsonb_array_length(p_events);
  update conversation_threads set last_seq = t.last_seq, lease_until = now() + interval '30 seconds',
    thread_status = t.thread_status, processed_prompt = t.processed_prompt, domain = t.domain,
    complexity_level = t.complexity_level, estimated_difficulty = t.estimated_difficulty, language = t.language,
    analysis = t.analysis, mode = t.mode, max_iterations = t.max_iterations, current_iteration = t.current_iteration,
    selected_model = t.selected_model, evaluators = t.evaluators, simulated = t.simulated, best_model_id = t.best_model_id,
    best_response_id = t.best_response_id, best_iteration = t.best_iteration, final_quality_score = t.final_quality_score,
    held = t.held, total_cost = t.total_cost, overrun = t.overrun, unconfirmed = t.unconfirmed,
    total_tokens_used = t.total_tokens_used, total_models_involved = t.total_models_involved,
    takes_without_progress = t.takes_without_progress, stop_requested = t.stop_requested, request_no = t.request_no
  where id = t.id;
  perform journal_tell(t, p_events, p_system);
  return t.last_seq;
end
$$;

create function journal_add_selections(t conversation_threads, p_selections jsonb) returns void language sql as $$
  insert into model_selection_history (id, thread_id, session_id, iteration_number, selection_phase, algorithm_version,
    selection_strategy, candidates_considered, selected_model, selection_confidence, runner_up_model, selection_margin,
    primary_selection_factors, override_reasons, selection_success, actual_performance, selection_accuracy_score,
    selection_time, evaluators, reasoning)
  select s.id, t.id, t.session_id, s.iteration_number, s.selection_phase, s.algorithm_version, s.selection_strategy,
    s.candidates_considered, s.selected_model, s.selection_confidence, s.runner_up_model, s.selection_margin,
    s.primary_selection_factors, s.override_reasons, s.selection_success, s.actual_performance, s.selection_accuracy_score,
    s.selection_time, s.evaluators, s.reasoning
  from jsonb_populate_recordset(null::model_selection_history, coalesce(p_selections, '[]')) s
$$;

-- accept: a new thread, or a draft that is now asked to run. {thread: {...}, draft}
create function journal_accept(p jsonb) returns jsonb language plpgsql as $$
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
  return jsonb_build_object('code', 'accepted');
end
$$;

-- take: a worker makes the thread its own; what an earlier worker left pending is lost, and its money unconfirmed. {thread_id}
create function journal_take(p jsonb) returns jsonb language plpgsql as $$
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
  with lost as (
    update model_responses set status = 'failed', outcome_unknown = true, error_message = 'outcome_unknown',
      response_text = coalesce(response_text, partial_text), cost = reserved_cost,
      cost_source = case when reserved_cost is null then 'unknown' else 'estimated' end::cost_source
    where thread_id = t.id and status = 'pending' returning reserved_cost
  ) select coalesce(sum(reserved_cost), 0) into v_lost from lost;
  update user_sessions set held = held - v_lost, unconfirmed = unconfirmed + v_lost where id = s.id and v_lost > 0;
  update conversation_threads set epoch = epoch + 1, lease_until = now() + interval '30 seconds',
    held = held - v_lost, unconfirmed = unconfirmed + v_lost, takes_without_progress = takes_without_progress + 1
  where id = t.id;
  return jsonb_build_object('code', 'taken', 'epoch', t.epoch + 1);
end
$$;

-- reserve: a whole stage at once, its money and its plan. {thread_id, epoch, calls, headroom, thread, selections, events, system}
create function journal_reserve(p jsonb) returns jsonb language plpgsql as $$
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
  perform journal_add_selections(t, p -> 'selections');
  insert into model_responses (id, thread_id, session_id, iteration_number, model_name, role, response_type, prompt_sent,
    context_provided, parent_response_id, criticism_addressed, step, attempt, epoch, reserved_cost, simulated)
  select r.id, t.id, t.session_id, r.iteration_number, r.model_name, r.role, r.response_type, r.prompt_sent,
    r.context_provided, r.parent_response_id, r.criticism_addressed, r.step, r.attempt, t.epoch, r.reserved_cost, r.simulated
  from jsonb_populate_recordset(null::model_responses, p -> 'calls') r;
  return jsonb_build_object('code', 'reserved', 'last_seq', journal_save(t, p -> 'events', p -> 'system'));
end
$$;

-- Where the money of a call that has ended goes: from held (or, for a late bill, from unconfirmed) to where it belongs.
create function journal_money(r model_responses, p_from text, p_to text, p_cost numeric, out released numeric, out spent numeric,
  out overrun numeric, out unconfirmed numeric) language plpgsql immutable as $$
declare
  v_reserved numeric := coalesce(r.reserved_cost, 0);
begin
  released := case when p_from = 'held' then v_reserved else 0 end;
  spent := case when p_to = 'spent' then least(coalesce(p_cost, 0), coalesce(r.reserved_cost, p_cost, 0)) else 0 end;
  overrun := case when p_to = 'spent' then coalesce(p_cost, 0) - spent else 0 end;
  unconfirmed := case when p_to = 'unconfirmed' then v_reserved else 0 end - case when p_from = 'unconfirmed' then v_reserved else 0 end;
end
$$;

-- One warning per thread, once four fifths of a limit are gone.
create function journal_warning(t conversation_threads, s user_sessions) returns jsonb language plpgsql as $$
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
$$;

-- settle: a call has ended. {response: {id, ...}, hold, evaluation, revision, events, system}
-- A row that is no longer pending was given up by a later worker: only its bill is put right ("late").
create function journal_settle(p jsonb) returns jsonb language plpgsql as $$
declare
  r model_responses;
  n model_responses;
  s user_sessions;
  t conversation_threads;
  m record;
  v_late boolean;
begin
  select * into r from model_responses where id = (p -> 'response' ->> 'id')::uuid;
  if not found then return jsonb_build_object('code', 'fenced'); end if;
  perform from user_sessions where id = r.session_id for update;
  select * into t from conversation_threads where id = r.thread_id for update;
  select * into r from model_responses where id = r.id for update;
  n := jsonb_populate_record(r, p -> 'response');
  v_late := r.status <> 'pending';
  if v_late and not (r.outcome_unknown and r.status = 'failed' and p ->> 'hold' = 'spent') then
    return jsonb_build_object('code', 'late');
  end if;

  m := journal_money(r, case when v_late then 'unconfirmed' else 'held' end, p ->> 'hold', n.cost);
  update user_sessions u set held = u.held - m.released, total_cost = u.total_cost + m.spent, overrun = u.overrun + m.overrun,
    unconfirmed = u.unconfirmed + m.unconfirmed where id = r.session_id returning * into s;
  t.held := t.held - m.released;
  t.total_cost := t.total_cost + m.spent;
  t.overrun := t.overrun + m.overrun;
  t.unconfirmed := t.unconfirmed + m.unconfirmed;
  if v_late then
    update model_responses set status = 'superseded', cost = n.cost, cost_source = n.cost_source, tokens_used = n.tokens_used
      where id = r.id;
    perform journal_save(t, '[]', p -> 'system');
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
  t.total_tokens_used := t.total_tokens_used + coalesce((n.tokens_used ->> 'total_tokens')::int, 0);
  t.total_models_involved := (select count(distinct model_name) from model_responses where thread_id = t.id);
  if n.status = 'completed' then t.takes_without_progress := 0; end if;
  return jsonb_build_object('code', 'settled',
    'last_seq', journal_save(t, (p -> 'events') || journal_warning(t, s), p -> 'system'));
end
$$;

-- record: what was decided or computed, without money. {thread_id, epoch, thread, selections, responses, evaluations, revisions, events, system}
create function journal_record(p jsonb) returns jsonb language plpgsql as $$
declare
  t conversation_threads;
begin
  select * into t from conversation_threads where id = (p ->> 'thread_id')::uuid for update;
  if not found or t.epoch <> (p ->> 'epoch')::int or t.thread_status in ('completed', 'failed') then
    return jsonb_build_object('code', 'fenced');
  end if;
  t := jsonb_populate_record(t, coalesce(p -> 'thread', '{}'));
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
$$;

-- What a finished thread teaches of each model that took part: times, failures, tokens, and the score of its best version.
create function journal_learn(t conversation_threads) returns void language sql as $$
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
    where thread_id = t.id and not outcome_unknown and coalesce(error_message, '') <> 'aborted'
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
  where f.model_name = n.model_name and g.id = f.id
$$;

-- finish: the final state, once. {thread_id, epoch, ending: {...}, system}
create function journal_finish(p jsonb) returns jsonb language plpgsql as $$
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

  perform journal_add_selections(t, e -> 'selections');
  update model_selection_history h set selection_success = (o ->> 'selection_success')::boolean,
      actual_performance = (o ->> 'actual_performance')::double precision,
      selection_accuracy_score = (o ->> 'selection_accuracy_score')::double precision
    from jsonb_array_elements(e -> 'outcomes') o where h.id = (o ->> 'id')::uuid and h.thread_id = t.id;
  update model_responses set is_selected_best = (id = (e -> 'best' ->> 'response_id')::uuid)
    where thread_id = t.id and is_selected_best is distinct from coalesce(id = (e -> 'best' ->> 'response_id')::uuid, false);
  t.thread_status := e ->> 'thread_status';
  t.final_quality_score := e -> 'best' ->> 'score';
  t.best_response_id := e -> 'best' ->> 'response_id';
  t.best_model_id := e -> 'best' ->> 'model_name';
  t.best_iteration := e -> 'best' ->> 'iteration';
  t.current_iteration := e ->> 'iterations';
  t.completed_at := clock_timestamp();
  t.total_time_spent := round(extract(epoch from t.completed_at - t.queued_at) * 1000);
  update conversation_threads set stop_reason = (e ->> 'stop_reason')::stop_reason, failure_reason = e ->> 'failure_reason',
    final_response = e -> 'best' ->> 'text', max_iterations_reached = (e ->> 'max_iterations_reached')::boolean,
    seen_request_no = t.request_no, completed_at = t.completed_at, total_time_spent = t.total_time_spent where id = t.id;
  t.last_seq := journal_save(t, (e -> 'events') || jsonb_build_object('event_type', 'orchestration_finished',
    'message', e ->> 'message', 'iteration_number', t.best_iteration, 'model_involved', t.best_model_id,
    'processing_time', t.total_time_spent, 'details', jsonb_build_object(
      'thread_status', t.thread_status, 'stop_reason', e -> 'stop_reason', 'failure_reason', e -> 'failure_reason',
      'final_response', e -> 'best' -> 'text', 'final_quality_score', t.final_quality_score, 'best_iteration', t.best_iteration,
      'best_response_id', t.best_response_id, 'best_model_id', t.best_model_id, 'iterations', t.current_iteration,
      'cost_is_estimated', journal_cost_is_estimated(t.id), 'total_tokens_used', t.total_tokens_used,
      'total_time_spent', t.total_time_spent)), p -> 'system');
  perform journal_learn(t);
  update conversation_threads set lease_until = null where id = t.id;
  return jsonb_build_object('code', 'finished', 'last_seq', t.last_seq);
end
$$;

-- Whether a thread's total is more than the providers' own figures say: some call has none.
create function journal_cost_is_estimated(p_thread_id uuid) returns boolean language sql stable as $$
  select exists (select from model_responses where thread_id = p_thread_id and cost_source is distinct from 'provider' and status <> 'pending')
$$;

-- ask: the user wants a thread stopped. Asking twice is asking once; `now` overrides `after_iteration`. {thread_id, when, system}
create function journal_stop(p jsonb) returns jsonb language plpgsql as $$
declare
  t conversation_threads;
  v_when stop_when := (p ->> 'when')::stop_when;
begin
  select * into t from conversation_threads where id = (p ->> 'thread_id')::uuid for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  if t.thread_status in ('completed', 'failed') then return jsonb_build_object('code', 'finished'); end if;
  if t.queued_at is null then return jsonb_build_object('code', 'draft'); end if;
  if t.stop_requested = 'now' or t.stop_requested = v_when then
    return jsonb_build_object('code', 'asked', 'when', t.stop_requested, 'last_seq', t.last_seq);
  end if;
  t.stop_requested := v_when;
  t.request_no := t.request_no + 1;
  insert into thread_requests (thread_id, session_id, request_no, kind, stop_when)
    values (t.id, t.session_id, t.request_no, 'stop', v_when);
  return jsonb_build_object('code', 'asked', 'when', v_when, 'last_seq', journal_save(t, jsonb_build_array(jsonb_build_object(
    'event_type', 'stop_requested', 'component', 'api', 'message', 'A stop was asked for (' || v_when || ')',
    'details', jsonb_build_object('when', v_when))), p -> 'system'));
end
$$;

-- end session: no new reservations; its running threads are asked to stop. {session_id, system}
create function journal_end_session(p jsonb) returns jsonb language plpgsql as $$
declare
  s user_sessions;
  v_stopped jsonb;
begin
  select * into s from user_sessions where id = (p ->> 'session_id')::uuid for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  if s.status <> 'active' then return jsonb_build_object('code', 'ended', 'threads', '[]'::jsonb); end if;
  select coalesce(jsonb_agg(jsonb_build_object('thread_id', o.id, 'last_seq', (journal_stop(jsonb_build_object('thread_id', o.id,
      'when', 'now', 'system', p -> 'system')) ->> 'last_seq')::int)), '[]') into v_stopped
    from (select id from conversation_threads where session_id = s.id and queued_at is not null
      and thread_status not in ('completed', 'failed') order by id for update) o;
  update user_sessions set session_end = now(),
    status = case when jsonb_array_length(v_stopped) > 0 then 'terminated' else 'completed' end::session_status where id = s.id;
  return jsonb_build_object('code', 'ended', 'threads', v_stopped);
end
$$;
