-- Bytes of an upload may arrive in any order, several at once: `received` has where they are, whatever the chunks were.
alter table uploads drop column received;
alter table uploads
  add column received int8multirange not null default '{}',
  -- as a client of tus named it, to be told again: key -> text or null
  add column metadata jsonb not null default '{}',
  -- when an event last said how far it is
  add column told_at timestamptz(3);

-- The end of an upload is also the beginning of a file's work: nobody may see one without the other.
-- Every function takes the lock of the owner first, then the file, then its upload: as whoever deletes a file does.
create function lock_files_of(p_owner_id text) returns void language sql as $$
  select pg_advisory_xact_lock(hashtextextended('files of ' || p_owner_id, 0))
$$;

-- The owner's file with these bytes; null: there is none.
create function file_with_bytes(p_owner_id text, p_sha256 text, p_size bigint) returns uuid language sql stable as $$
  select id from files where owner_id = p_owner_id and sha256 = p_sha256 and size = p_size and status not in ('uploading', 'failed')
  order by created_at, id limit 1
$$;

-- tell_upload: an event says how far it is -> the event's number in the stream of its file
create function tell_upload(p_file_id uuid, p_received bigint, p_size bigint) returns int language plpgsql as $$
declare
  v_seq int;
begin
  update files set last_seq = last_seq + 1 where id = p_file_id returning last_seq into v_seq;
  insert into orchestration_logs (stream_id, seq, component, event_type, message, details, timestamp)
    values (p_file_id, v_seq, 'ingest', 'upload_progress', 'Received ' || p_received || ' of ' || p_size || ' bytes',
      jsonb_build_object('file_id', p_file_id, 'received', p_received, 'size', p_size), clock_timestamp());
  update uploads set told_at = clock_timestamp() where id = p_file_id;
  return v_seq;
end
$$;

-- begin_upload: a file to be, if its owner has room for it.
-- {id, owner_id, name, size, mime, sha256, chunk_size, metadata, quota, hours, known: whether bytes that are there already end it}
-- -> {code: begun} | {code: known, file_id} | {code: quota, used}
create function begin_upload(p jsonb) returns jsonb language plpgsql as $$
declare
  v_owner text := p ->> 'owner_id';
  v_id uuid := p ->> 'id';
  v_size bigint := p ->> 'size';
  v_known uuid;
  v_used bigint;
begin
  perform lock_files_of(v_owner);
  if (p ->> 'known')::boolean then v_known := file_with_bytes(v_owner, p ->> 'sha256', v_size); end if;
  if v_known is not null then return jsonb_build_object('code', 'known', 'file_id', v_known); end if;
  if p ->> 'quota' is not null then
    select coalesce(sum(size), 0) into v_used from files where owner_id = v_owner;
    if v_used + v_size > (p ->> 'quota')::bigint then return jsonb_build_object('code', 'quota', 'used', v_used); end if;
  end if;
  insert into files (id, owner_id, name, size, declared_mime) values (v_id, v_owner, p ->> 'name', v_size, p ->> 'mime');
  insert into uploads (id, file_id, owner_id, size, chunk_size, expected_sha256, metadata, expires_at)
    values (v_id, v_id, v_owner, v_size, (p ->> 'chunk_size')::int, p ->> 'sha256', coalesce(p -> 'metadata', '{}'),
      now() + make_interval(hours => (p ->> 'hours')::int));
  return jsonb_build_object('code', 'begun');
end
$$;

-- receive_bytes: what is on the disk from `start` to before `end`. {id, start, end, hours}
-- -> {code: received, last_seq: of the event, at most one a second; else null} | {code: gone}
create function receive_bytes(p jsonb) returns jsonb language plpgsql as $$
declare
  u uploads;
begin
  perform from files where id = (p ->> 'id')::uuid for update;
  update uploads set received = received + int8multirange(int8range((p ->> 'start')::bigint, (p ->> 'end')::bigint)),
      expires_at = now() + make_interval(hours => (p ->> 'hours')::int)
    where id = (p ->> 'id')::uuid and completed_at is null returning * into u;
  if not found then return '{"code": "gone"}'; end if;
  update uploads set received_bytes = (select coalesce(sum(upper(r) - lower(r)), 0) from unnest(received) r)
    where id = u.id returning * into u;
  return jsonb_build_object('code', 'received', 'last_seq',
    -- The last one is told when the upload is complete.
    case when u.received_bytes < u.size and coalesce(u.told_at < clock_timestamp() - interval '1 second', true)
      then tell_upload(u.id, u.received_bytes, u.size) end);
end
$$;

-- forget_received: what has arrived is not what was promised, or is gone: all has to be sent again
create function forget_received(p_id uuid) returns void language sql as $$
  update uploads set received = '{}', received_bytes = 0 where id = p_id and completed_at is null
$$;

-- complete_upload: all bytes are in and their hash is known. {id, sha256, blob_key: null: they are not kept yet}
-- -> {code: queued, file_id, last_seq} | {code: duplicate, file_id} | {code: keep}: keep them and call again
--  | {code: completed, file_id} | {code: gone}
create function complete_upload(p jsonb) returns jsonb language plpgsql as $$
declare
  u uploads;
  v_known uuid;
begin
  select * into u from uploads where id = (p ->> 'id')::uuid;
  if not found then return '{"code": "gone"}'; end if;
  perform lock_files_of(u.owner_id);
  perform from files where id = u.id for update;
  select * into u from uploads where id = u.id for update;
  if not found then return '{"code": "gone"}'; end if;
  if u.completed_at is not null then return jsonb_build_object('code', 'completed', 'file_id', u.file_id); end if;
  v_known := file_with_bytes(u.owner_id, p ->> 'sha256', u.size);
  if v_known is not null then
    update uploads set file_id = v_known, completed_at = now() where id = u.id;
    delete from files where id = u.id;
    return jsonb_build_object('code', 'duplicate', 'file_id', v_known);
  end if;
  if p ->> 'blob_key' is null then return '{"code": "keep"}'; end if;
  update files set status = 'queued', sha256 = p ->> 'sha256', blob_key = p ->> 'blob_key' where id = u.id;
  insert into processing_jobs (owner_id, file_id, kind) values (u.owner_id, u.id, 'read');
  update uploads set completed_at = now() where id = u.id;
  return jsonb_build_object('code', 'queued', 'file_id', u.id, 'last_seq', tell_upload(u.id, u.size, u.size));
end
$$;

-- drop_upload: an unfinished one and its file to be. {id, owner_id: null: whoever it is} -> {code: dropped | complete | gone}
create function drop_upload(p jsonb) returns jsonb language plpgsql as $$
declare
  u uploads;
begin
  select * into u from uploads where id = (p ->> 'id')::uuid and owner_id = coalesce(p ->> 'owner_id', owner_id);
  if not found then return '{"code": "gone"}'; end if;
  perform lock_files_of(u.owner_id);
  perform from files where id = u.id for update;
  select * into u from uploads where id = u.id for update;
  if not found then return '{"code": "gone"}'; end if;
  if u.completed_at is not null then return '{"code": "complete"}'; end if;
  delete from files where id = u.id;
  return '{"code": "dropped"}';
end
$$;
