-- What comes from outside, and the end: functions of 022_journal.sql and 024_endings.sql again.
-- Accepting and asking wake a worker in the same transaction; feedback and another iteration join the stop.

create function journal_admit(p jsonb) returns jsonb language plpgsql as $$
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
  if v_queued is not null then perform journal_alarm(t.id); end if;
  return jsonb_build_object('code', 'accepted', 'thread_id', t.id);
end
$$;

-- accept: a new thread, or a draft that is now asked to run, with its job.
-- {thread: {...}, draft, repeat: {user_id, route, key, body_hash}}
-- `repeat`: the same key and body bring the first thread again, for a client that heard no answer; another body is refused.
create or replace function journal_accept(p jsonb) returns jsonb language plpgsql as $$
declare
  k idempotency_keys := jsonb_populate_record(null::idempotency_keys, p -> 'repeat');
  v_first idempotency_keys;
  v_answer jsonb;
begin
  if k.key is null then return journal_admit(p); end if;
  loop
    insert into idempotency_keys (user_id, route, key, body_hash) values (k.user_id, k.route, k.key, k.body_hash)
      on conflict (user_id, route, key) do nothing;
    exit when found;
    select * into v_first from idempotency_keys where (user_id, route, key) = (k.user_id, k.route, k.key);
    if found then
      return jsonb_build_object('code', case when v_first.body_hash = k.body_hash then 'repeated' else 'key_reused' end,
        'thread_id', v_first.thread_id);
    end if;
  end loop;
  v_answer := journal_admit(p);
  if v_answer ->> 'code' = 'accepted' then
    update idempotency_keys set thread_id = (v_answer ->> 'thread_id')::uuid where (user_id, route, key) = (k.user_id, k.route, k.key);
  else
    delete from idempotency_keys where (user_id, route, key) = (k.user_id, k.route, k.key);
  end if;
  return v_answer;
end
$$;

-- What a finished thread teaches of each model that took part: times, failures, tokens, and the score of its best version.
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
  where f.model_name = n.model_name and g.id = f.id;
end
$$;

-- finish: the final state, once. {thread_id, epoch, ending: {...}, system}
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
  t.total_time_spent := round(extract(epoch from t.completed_at - t.queued_at) * 1000);
  update conversation_threads set stop_reason = (e ->> 'stop_reason')::stop_reason, failure_reason = e ->> 'failure_reason',
    final_response = e -> 'best' ->> 'text', max_iterations_reached = (e ->> 'max_iterations_reached')::boolean,
    completed_at = t.completed_at, total_time_spent = t.total_time_spent where id = t.id;
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

-- Whether a thread's total is more than the providers' own figures say: some call has none.
create or replace function journal_cost_is_estimated(p_thread_id uuid) returns boolean language sql stable as $$
  select exists (select from model_responses where thread_id = p_thread_id and cost_source is distinct from 'provider' and status <> 'pending')
$$;

-- ask: a user wants something of a thread that was accepted already. {thread_id, kind, when, feedback, system}
-- `stop`: asking twice is asking once, `now` overrides `after_iteration`. `feedback`: read before the thread ends.
-- `iteration`: a thread that has ended goes on; of two at once, one wins.
create function journal_ask(p jsonb) returns jsonb language plpgsql as $$
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
  if v_kind = 'iteration' and t.thread_status = 'failed' then return jsonb_build_object('code', 'failed'); end if;
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
      'details', jsonb_build_object('kind', v_kind, 'feedback', p -> 'feedback'));
  end if;
  if v_kind = 'iteration' then
    t.thread_status := 'initializing';
    t.stop_requested := null;
    t.lease_until := null;
    t.takes_without_progress := 0;
    update conversation_threads set completed_at = null, queued_at = now(),
      deadline_at = now() + make_interval(secs => (settings ->> 'deadline_ms')::double precision / 1000) where id = t.id;
    perform journal_alarm(t.id);
  end if;
  return jsonb_build_object('code', 'asked', 'when', v_when,
    'last_seq', journal_save(t, jsonb_build_array(v_event || '{"component": "api"}'), p -> 'system'));
end
$$;

drop function journal_stop(jsonb);

-- end session: no new reservations; its running threads are asked to stop. {session_id, system}
create or replace function journal_end_session(p jsonb) returns jsonb language plpgsql as $$
declare
  s user_sessions;
  v_stopped jsonb;
begin
  select * into s from user_sessions where id = (p ->> 'session_id')::uuid for update;
  if not found then return jsonb_build_object('code', 'not_found'); end if;
  if s.status <> 'active' then return jsonb_build_object('code', 'ended', 'threads', '[]'::jsonb); end if;
  select coalesce(jsonb_agg(jsonb_build_object('thread_id', o.id, 'last_seq', (journal_ask(jsonb_build_object('thread_id', o.id,
      'kind', 'stop', 'when', 'now', 'system', p -> 'system')) ->> 'last_seq')::int)), '[]') into v_stopped
    from (select id from conversation_threads where session_id = s.id and queued_at is not null
      and thread_status not in ('completed', 'failed') order by id for update) o;
  update user_sessions set session_end = now(),
    status = case when jsonb_array_length(v_stopped) > 0 then 'terminated' else 'completed' end::session_status where id = s.id;
  return jsonb_build_object('code', 'ended', 'threads', v_stopped);
end
$$;
