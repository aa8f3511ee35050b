-- erase: a session and all under it, unless one of its threads is at work. {session_id}
-- The session is locked first, and looked at by the next statement: what was accepted while this waited is seen.
create function journal_erase(p jsonb) returns jsonb language plpgsql as $$
begin
  perform from user_sessions where id = (p ->> 'session_id')::uuid for update;
  if exists (select from conversation_threads where session_id = (p ->> 'session_id')::uuid and queued_at is not null
      and thread_status not in ('completed', 'failed')) then
    return jsonb_build_object('code', 'running');
  end if;
  delete from user_sessions where id = (p ->> 'session_id')::uuid;
  return jsonb_build_object('code', 'erased');
end
$$;
