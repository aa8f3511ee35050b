-- Calls of the journal that come together travel as one statement, with one flush of the disk for all: the embedded database
-- has one connection. None of them raises for one caller's conflict; where something unforeseen does, all are undone and
-- asked again one by one. [{fn, argument}] -> their answers, in order
create function journal_group(p jsonb) returns jsonb language plpgsql as $$
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
