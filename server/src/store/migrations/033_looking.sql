-- For the list of one's threads over all sessions. Neither column ever changes, so updates of a thread stay on its page.
create index conversation_threads_created_at_id_idx on conversation_threads (created_at desc nulls last, id desc);

-- What a finished thread teaches of each model that took part: times, failures, tokens, and the score of its best version.
-- Threads of the server's own test teach nothing.
create or replace function journal_learn(t conversation_threads) returns void language plpgsql as $$
begin
  if exists (select from user_sessions where id = t.session_id and user_id = 'system:self-test') then return; end if;
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
