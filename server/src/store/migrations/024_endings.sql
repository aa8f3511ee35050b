-- The journal, continued (022_journal.sql): what is decided without money, how a thread ends, and what a user asks of it.

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
