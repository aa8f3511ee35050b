/** What is known of providers and their models: who may be asked now, what checks found, for how much of the time. */
import type { Profile } from "@orchestratex/sdk/contract";
import { type Selectable, sql } from "kysely";
import type { Database } from "./database.ts";
import type { ProviderChecksTable } from "./tables-models.ts";
import { jsonText } from "./text-format.ts";

export type ProviderCheck = Selectable<ProviderChecksTable>;

/**
 * `reachable`: all that it takes to ask it is there; `proven`: a key says that it can be, before anybody has looked.
 * Real models become available, or not: those within reach that no check has found wanting.
 * Rows are locked by name, as the journal does.
 */
export const refreshAvailability = async (
  database: Database,
  reach: readonly { model_name: string; reachable: boolean; proven: boolean }[],
): Promise<void> => {
  if (reach.length === 0) return;
  await sql`
    with reach as (select * from jsonb_to_recordset(${jsonText(reach)}::jsonb) as r(model_name text, reachable boolean, proven boolean)),
    wanted as (
      select p.model_name, r.reachable and (r.proven or p.last_health_check is not null)
        and p.retired_at is null and p.check_failure is null as available
      from ai_model_profiles p join reach r using (model_name)
      order by p.model_name for update of p
    )
    update ai_model_profiles p set is_available = w.available
    from wanted w where w.model_name = p.model_name and p.is_available is distinct from w.available
  `.execute(database.sql);
};

/** New keys, a new address: what the last checks said holds no longer, and the next may be made at once. */
export const forgetChecks = async (database: Database, vendor: string): Promise<void> => {
  await sql`
    with forgotten as (
      update provider_checks set next_check_at = now(), checked_at = null, code = null, detail = null where vendor = ${vendor}
    ),
    locked as (
      select model_name from ai_model_profiles where provider = ${vendor} and check_failure is not null
      order by model_name for update
    )
    update ai_model_profiles p set check_failure = null from locked l where l.model_name = p.model_name
  `.execute(database.sql);
};

export type Place = { vendor: string; base_url: string };

/** Those of the places whose check is due, which are then this process's to check; nobody else's for `againMs`. */
export const claimChecks = async (database: Database, places: readonly Place[], againMs: number): Promise<Place[]> => {
  if (places.length === 0) return [];
  const { rows } = await sql<Place>`
    insert into provider_checks as c (vendor, base_url, next_check_at)
    select p.vendor, p.base_url, now() + ${againMs} * interval '1 millisecond'
    from jsonb_to_recordset(${jsonText(places)}::jsonb) as p(vendor text, base_url text)
    order by p.vendor, p.base_url
    on conflict (vendor, base_url) do update set next_check_at = excluded.next_check_at where c.next_check_at <= now()
    returning vendor, base_url
  `.execute(database.sql);
  return rows;
};

export type CheckResult = Place & {
  code: string | null;
  detail: string | null;
  response_time: number;
  models: number | null;
  /** When it is checked again; null: as claimed. */
  againMs: number | null;
};

export const noteProviderCheck = async (database: Database, result: CheckResult): Promise<void> => {
  const { vendor, base_url, code, detail, response_time, models, againMs } = result;
  const again = againMs === null ? null : sql`now() + ${againMs} * interval '1 millisecond'`;
  await sql`
    insert into provider_checks (vendor, base_url, next_check_at, checked_at, code, detail, response_time, models)
    values (${vendor}, ${base_url}, ${again ?? sql`now() + interval '1 minute'`}, now(), ${code}, ${detail}, ${response_time}, ${models})
    on conflict (vendor, base_url) do update set checked_at = excluded.checked_at, code = excluded.code,
      detail = excluded.detail, response_time = excluded.response_time, models = excluded.models
      ${again ? sql`, next_check_at = excluded.next_check_at` : sql``}
  `.execute(database.sql);
};

export const listProviderChecks = (database: Database): Promise<ProviderCheck[]> =>
  database.sql.selectFrom("provider_checks").selectAll().execute();

/** What a check found of one model. */
export type ModelFound = {
  model_name: string;
  available: boolean;
  /** A fault code; null: nothing is wrong with it. */
  check_failure: string | null;
  /** The vendor's list lacks it; null: as before. */
  retired: boolean | null;
  substitute: string | null;
};

/** Between two checks that are further apart nobody looked: such a time is not known. Seconds. */
const LONGEST_KNOWN_S = 300;
const UPTIME_DAYS = 30;

/**
 * Notes what a check found, and how the time since the check before was: known, and in which state it began.
 * `uptime_percentage` is the share of the known time of the last 30 days in which a model could be asked.
 */
export const noteModelsFound = async (database: Database, found: readonly ModelFound[]): Promise<void> => {
  if (found.length === 0) return;
  await sql`
    with found as (
      select f.* from jsonb_to_recordset(${jsonText(found)}::jsonb)
        as f(model_name text, available boolean, check_failure text, retired boolean, substitute text)
    ),
    before as (
      select p.model_name, p.is_available, extract(epoch from now() - p.last_health_check) as seconds
      from ai_model_profiles p join found using (model_name)
      order by p.model_name for update of p
    ),
    counted as (
      insert into model_uptime as u (model_name, day, known_seconds, up_seconds)
      select model_name, (now() at time zone 'UTC')::date, seconds, case when is_available then seconds else 0 end
      from before where seconds between 0 and ${LONGEST_KNOWN_S}
      order by model_name
      on conflict (model_name, day) do update set
        known_seconds = u.known_seconds + excluded.known_seconds, up_seconds = u.up_seconds + excluded.up_seconds
      returning model_name, day, known_seconds, up_seconds
    ),
    uptime as (
      select model_name, round((100 * sum(up_seconds) / nullif(sum(known_seconds), 0))::numeric, 3) as percentage
      from (
        select model_name, known_seconds, up_seconds from counted
        union all
        select u.model_name, u.known_seconds, u.up_seconds from model_uptime u join before b using (model_name)
        where u.day > (now() at time zone 'UTC')::date - ${UPTIME_DAYS}::int
          and not exists (select from counted c where c.model_name = u.model_name and c.day = u.day)
      ) days group by model_name
    )
    update ai_model_profiles p set
      is_available = f.available, check_failure = f.check_failure, last_health_check = now(),
      retired_at = case when f.retired is null then p.retired_at when f.retired then coalesce(p.retired_at, now()) end,
      substitute = case when f.retired is null then p.substitute when f.retired then f.substitute end,
      performance_metrics = case when t.percentage is null then p.performance_metrics
        else p.performance_metrics || jsonb_build_object('uptime_percentage', t.percentage) end
    from before b join found f using (model_name) left join uptime t using (model_name)
    where p.model_name = b.model_name
  `.execute(database.sql);
};

/** Days that no figure rests on any more. */
export const forgetOldUptime = async (database: Database): Promise<void> => {
  await sql`delete from model_uptime where day <= (now() at time zone 'UTC')::date - ${UPTIME_DAYS}::int`.execute(
    database.sql,
  );
};

export type RealModel = Pick<
  Profile,
  "model_name" | "provider" | "model_version" | "api_endpoint" | "api_key_required"
> & {
  is_active: boolean;
  is_available: boolean;
  unlisted: boolean;
};

export const realModels = (database: Database): Promise<RealModel[]> =>
  database.sql
    .selectFrom("ai_model_profiles")
    .select(["model_name", "provider", "model_version", "api_endpoint", "api_key_required"])
    .select(["is_active", "is_available", "unlisted"])
    .where("simulated", "=", false)
    .orderBy("model_name")
    .execute();

/** Why each real model that is not available is not, as far as checks know. */
export const checkFailures = async (database: Database): Promise<ReadonlyMap<string, string>> => {
  const rows = await database.sql
    .selectFrom("ai_model_profiles")
    .select(["model_name", "check_failure"])
    .where("check_failure", "is not", null)
    .execute();
  return new Map(rows.flatMap(({ model_name, check_failure }) => (check_failure ? [[model_name, check_failure]] : [])));
};
