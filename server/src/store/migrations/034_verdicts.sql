-- What a user makes of a thread (030_control.sql): one more iteration, a rating, a status, an earlier version.
-- Each locks the thread, or its session first; `journal_group` of 029_groups.sql again, to carry them.

-- A request that may come twice: null for the first with its key (or without one), else `repeated` (the same body) or `key_reused`.
create function journal_repeat(k idempotency_keys) returns text language plpgsql as $$
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
$$;

-- What was refused leaves its key free. Answers the answer.
create function journal_repeatable(k idempotency_keys, p_thread_id uuid, p_answer jsonb) returns jsonb language plpgsql as $$
begin
  if p_answer ->> 'code' = 'asked' then
    update idempotency_keys set thread_id = p_thread_id where (user_id, route, key) = (k.user_id, k.route, k.key);
  else
    delete from idempotency_keys where (user_id, route, key) = (k.user_id, k.route, k.key);
  end if;
  return p_answer;
end
$$;

-- One more iteration. {thread_id, feedback, repeat, system}
create function journal_iterate(p jsonb) returns jsonb language plpgsql as $$
declare
  k idempotency_keys := jsonb_populate_record(null::idempotency_keys, p -> 'repeat');
  v_known text := journal_repeat(k);
begin
  if v_known is not null then return jsonb_build_object('code', v_known); end if;
  return journal_repeatable(k, (p ->> 'thread_id')::uuid, journal_ask(p || '{"kind": "iteration"}'));
end
$$;

-- The first lock of whoever writes a thread's row more than once: PostgreSQL then looks its session up again, and would lock it
-- after the thread.
create function journal_lock_session(p_thread_id uuid) returns void language sql as $$
  select from user_sessions u join conversation_threads c on c.session_id = u.id where c.id = p_thread_id for key share of u
$$;

-- What the user has made of a thread, as an event.
create function journal_updated(t conversation_threads, p_change text, p_message text) returns jsonb language sql stable as $$
  select jsonb_build_array(jsonb_build_object('event_type', 'thread_updated', 'component', 'api', 'message', p_message,
    'iteration_number', t.best_iteration, 'model_involved', t.best_model_id, 'details', jsonb_build_object(
      'change', p_change, 'thread_status', t.thread_status, 'stop_reason', t.stop_reason, 'failure_reason', t.failure_reason,
      'user_accepted', t.user_accepted, 'user_rating', t.user_rating, 'user_comment', t.user_comment,
      'final_response', t.final_response, 'final_quality_score', t.final_quality_score, 'best_iteration', t.best_iteration,
      'best_response_id', t.best_response_id, 'best_model_id', t.best_model_id)))
$$;

-- What the user thinks of a thread; a comment on one that runs is also feedback to it, unless the user accepts it as it is.
-- {thread_id, user_accepted, rating, comment, repeat, system}
create function journal_rate(p jsonb) returns jsonb language plpgsql as $$
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
$$;

-- The user accepts the best so far (`completed`) or rejects it (`failed`): what runs is stopped, and ends so.
-- Saying it twice is saying it once. {thread_id, status, system} -> running: whether it still winds down
create function journal_set_status(p jsonb) returns jsonb language plpgsql as $$
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
$$;

-- An earlier version of a finished thread becomes its final one. {thread_id, response_id, system}
create function journal_restore(p jsonb) returns jsonb language plpgsql as $$
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
$$;

-- Calls of the journal that come together travel as one statement, with one flush of the disk for all: the embedded database
-- has one connection. None of them raises for one caller's conflict; where something unforeseen does, all are undone and
-- asked again one by one. [{fn, argument}] -> their answers, in order
create or replace function journal_group(p jsonb) returns jsonb language plpgsql as $$
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
$$;
