alter table ai_model_profiles
  -- US dollars per token: {cached_input, cache_write, tiers, per_request, source, as_of}; null: there is no more to its price
  add column prices jsonb,
  -- tokens of one reply; null: unknown
  add column max_output_tokens int check (max_output_tokens > 0);
