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
  return jsonb_build_object('code', 'taken', 'epoch', t.epoch + 1, 'takes', t.takes_without_progress + 1);
end
$$;
