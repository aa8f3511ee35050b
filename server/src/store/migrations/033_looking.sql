-- For the list of one's threads over all sessions. Neither column ever changes, so updates of a thread stay on its page.
create index conversation_threads_created_at_id_idx on conversation_threads (created_at desc nulls last, id desc);

-- What a finished thread teaches of each model that took part; the server's own tests teach nothing.
alter function journal_learn(conversation_threads) rename to journal_measure;

create function journal_learn(t conversation_threads) returns void language plpgsql as $$
begin
  if not exists (select from user_sessions where id = t.session_id and user_id = 'system:self-test') then
    perform journal_measure(t);
  end if;
end
$$;
