-- The closed lists of words (sdk/src/contract/words.ts holds the same, and a test holds them equal), and what every table uses.

create extension if not exists vector;

create type session_status as enum ('active', 'completed', 'terminated', 'error');
create type thread_status as enum (
  'initializing', 'model_selection', 'responding', 'evaluating', 'criticism', 'refining', 'completed', 'failed'
);
create type response_status as enum ('pending', 'completed', 'failed', 'superseded');
create type response_role as enum ('primary', 'evaluator', 'critic', 'refiner');
create type response_type as enum ('initial', 'evaluation', 'criticism', 'improvement', 'final');
create type prompt_domain as enum (
  'coding', 'creative', 'factual', 'math', 'translation', 'sentiment', 'analysis', 'general'
);
create type complexity_level as enum ('simple', 'moderate', 'complex', 'expert');
create type selection_phase as enum ('initial', 'refinement', 'final');
create type selection_strategy as enum ('domain_match', 'performance', 'cost', 'hybrid');
create type thread_mode as enum ('quick', 'checked', 'thorough', 'auto', 'direct');
create type stop_reason as enum (
  'threshold_met', 'plateau', 'max_iterations', 'cost_limit', 'deadline', 'stopped', 'no_evaluators'
);
create type stop_when as enum ('now', 'after_iteration');
create type cost_source as enum ('provider', 'estimated', 'unknown');
create type finish_reason as enum ('stop', 'length', 'content_filter', 'tool_calls', 'other');
create type log_level as enum ('debug', 'info', 'warning', 'error');
create type search_mode as enum ('basic', 'deep', 'super_deep', 'creative', 'private', 'uncensored');
create type metric_period as enum ('hourly', 'daily', 'weekly', 'monthly');
create type user_role as enum ('admin', 'user');
create type user_status as enum ('active', 'unclaimed', 'disabled');
create type file_status as enum ('uploading', 'queued', 'processing', 'ready', 'failed');
create type job_status as enum ('queued', 'running', 'completed', 'failed', 'cancelled');

-- A UUID of version 7: the first 48 bits are milliseconds, so new rows go to the end of an index.
create function new_id() returns uuid language sql volatile parallel safe as $$
  select encode(
    set_bit(
      set_bit(
        overlay(
          uuid_send(gen_random_uuid())
          placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
          from 1 for 6
        ),
        52, 1
      ),
      53, 1
    ),
    'hex'
  )::uuid
$$;

-- Timestamps keep milliseconds, as the wire does: a cursor made of one finds its row again.
create function touch_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end
$$;
