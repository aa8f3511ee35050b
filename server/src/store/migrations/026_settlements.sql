-- Functions of 023_calls.sql and 024_endings.sql again: each renews its worker's lease, and a bill above its reservation is told.

-- When a provider last charged more than had been reserved; null: never, or an operator has put the model back.
alter table ai_model_profiles add column over_billed_at timestamptz(3);

-- reserve: a whole stage at once, its money and its plan. {thread_id, epoch, calls, headroom, thread, selections, events, system}
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
  perform journal_add_selections(t, p -> 'selections');
  insert into model_responses (id, thread_id, session_id, iteration_number, model_name, role, response_type, prompt_sent,
    context_provided, parent_response_id, criticism_addressed, step, attempt, epoch, reserved_cost, simulated)
  select r.id, t.id, t.session_id, r.iteration_number, r.model_name, r.role, r.response_type, r.prompt_sent,
    r.context_provided, r.parent_response_id, r.criticism_addressed, r.step, r.attempt, t.epoch, r.reserved_cost, r.simulated
  from jsonb_populate_recordset(null::model_responses, p -> 'calls') r;
  return jsonb_build_object('code', 'reserved', 'last_seq', journal_save(t, p -> 'events', p -> 'system'));
end
$$;

-- record: what was decided or computed, without money. {thread_id, epoch, thread, selections, responses, evaluations, revisions, events, system}
create or replace function journal_record(p jsonb) returns jsonb language plpgsql as $$
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
$$;

-- What a provider charged above its reservation: told, and the profile takes no part where there is a limit until an operator
-- puts it back.
create function journal_overrun(r model_responses, p_cost numeric) returns jsonb language plpgsql as $$
begin
  update ai_model_profiles set over_billed_at = now() where model_name = r.model_name and over_billed_at is null;
  return jsonb_build_array(jsonb_build_object('event_type', 'bill_exceeded', 'log_level', 'warning',
    'iteration_number', r.iteration_number, 'model_involved', r.model_name,
    'message', r.model_name || ' charged more than was reserved: it answers nothing more where there is a cost limit',
    'details', jsonb_build_object('response_id', r.id, 'reserved_cost', r.reserved_cost, 'cost', p_cost)));
end
$$;

-- settle: a call has ended. {epoch, response: {id, ...}, hold, evaluation, revision, events, system}
-- A row that a later worker has given up: only its bill is put right, by what is known for certain ("late").
-- Said again by the worker whose first word did get through: the same answer.
create or replace function journal_settle(p jsonb) returns jsonb language plpgsql as $$
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
$$;
