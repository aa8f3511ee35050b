-- The journal, continued (022_journal.sql): the money and the outcome of model calls.

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
