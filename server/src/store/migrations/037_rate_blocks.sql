-- What each process may send to a model within the next seconds: blocks of its rate limits, so that all processes together never
-- pass them in any minute, and few calls need a look here.

create table rate_blocks (
  id uuid primary key default new_id(),
  model_name text not null,
  requests int not null check (requests >= 0),
  tokens bigint not null check (tokens >= 0),
  -- a minute after the last moment it may be used
  counts_until timestamptz(3) not null
);
create index rate_blocks_model_name_idx on rate_blocks (model_name);

-- lease: a block for the next three seconds: as much as is wanted and free, and not less than the least of both.
-- {model_name, limits: {requests_per_minute, tokens_per_minute}, least: {requests, tokens}, wanted: {requests, tokens},
--  corrections: [{id, requests, tokens}]}: what earlier blocks turned out to be used more (or less, when below 0) than leased
-- -> {id, requests, tokens, for_ms}; id null: nothing is free, and `for_ms` is when it may be
create function lease_rate(p jsonb) returns jsonb language plpgsql as $$
declare
  v_model text := p ->> 'model_name';
  v_least_requests int := p -> 'least' ->> 'requests';
  v_least_tokens bigint := p -> 'least' ->> 'tokens';
  v_now timestamptz;
  v_requests bigint;
  v_tokens bigint;
  b rate_blocks;
  v_at timestamptz;
begin
  perform pg_advisory_xact_lock(hashtextextended('rate_blocks ' || v_model, 0));
  -- Of after the lock: now() is when the transaction began to wait for it.
  v_now := clock_timestamp();
  delete from rate_blocks where model_name = v_model and counts_until <= v_now;
  update rate_blocks r set requests = greatest(0, r.requests + c.requests), tokens = greatest(0, r.tokens + c.tokens)
    from jsonb_to_recordset(p -> 'corrections') c (id uuid, requests int, tokens bigint) where r.id = c.id;
  select (p -> 'limits' ->> 'requests_per_minute')::bigint - coalesce(sum(requests), 0),
      (p -> 'limits' ->> 'tokens_per_minute')::bigint - coalesce(sum(tokens), 0)
    into v_requests, v_tokens from rate_blocks where model_name = v_model;
  -- Null: no limit.
  if v_requests < v_least_requests or v_tokens < v_least_tokens then
    select counts_until into v_at from (
      select counts_until, sum(requests) over earlier as requests, sum(tokens) over earlier as tokens
      from rate_blocks where model_name = v_model window earlier as (order by counts_until, id)
    ) freed where coalesce(v_requests + requests >= v_least_requests, true) and coalesce(v_tokens + tokens >= v_least_tokens, true)
    order by counts_until limit 1;
    return jsonb_build_object('id', null, 'requests', 0, 'tokens', 0,
      'for_ms', 1 + ceil(1000 * extract(epoch from coalesce(v_at, v_now + interval '1 minute') - v_now))::int);
  end if;
  insert into rate_blocks (model_name, requests, tokens, counts_until) values (v_model,
    least((p -> 'wanted' ->> 'requests')::bigint, v_requests), least((p -> 'wanted' ->> 'tokens')::bigint, v_tokens),
    v_now + interval '63 seconds') returning * into b;
  return jsonb_build_object('id', b.id, 'requests', b.requests, 'tokens', b.tokens, 'for_ms', 3000);
end
$$;
