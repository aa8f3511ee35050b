/** Profiles of models: facts that we ship or an admin gives, and what was measured. */
import type { CreateModel, Profile, UpdateModel } from "@orchestratex/sdk/contract";
import { type RawBuilder, type Selectable, type SqlBool, sql } from "kysely";
import { AppError } from "../errors.ts";
import { type Database, json, SqlError } from "./database.ts";
import type { AiModelProfilesTable } from "./tables-models.ts";
import { jsonText } from "./text-format.ts";

export const listProfiles = async (database: Database): Promise<Profile[]> => {
  const rows = await database.sql.selectFrom("ai_model_profiles").selectAll().orderBy("model_name").execute();
  return rows.map(profileOf);
};

/** Since when each is known here, by model_name. */
export const profilesSince = async (database: Database): Promise<ReadonlyMap<string, Date>> => {
  const rows = await database.sql.selectFrom("ai_model_profiles").select(["model_name", "created_at"]).execute();
  return new Map(rows.map(({ model_name, created_at }) => [model_name, new Date(created_at)]));
};

/** By `model_name`, or by a name people know it by ("GPT-4"), whatever its case. */
export const getProfile = async (database: Database, name: string): Promise<Profile | undefined> => {
  const row = await database.sql
    .selectFrom("ai_model_profiles as p")
    .selectAll()
    .where(goesBy(sql`${name}::text`))
    .orderBy(sql`p.model_name = lower(${name})`, "desc")
    .orderBy("p.model_name")
    .limit(1)
    .executeTakeFirst();
  return row && profileOf(row);
};

/** What another process changes is seen after so long. */
const RECENT_MS = 1_000;
const MOST_RECENT = 1_000;

type Recent = { at: number; profile: Promise<Profile | undefined> };

const recentIn = new WeakMap<Database, Map<string, Recent>>();

/** As `getProfile`, a second ago at most: for the door, which is asked for the same few models all the time. */
export const recentProfile = (database: Database, name: string): Promise<Profile | undefined> => {
  const recent = recentIn.get(database) ?? new Map<string, Recent>();
  if (recent.size === 0) recentIn.set(database, recent);
  const known = recent.get(name);
  if (known && performance.now() - known.at < RECENT_MS) return known.profile;
  const profile = getProfile(database, name);
  if (recent.size >= MOST_RECENT) recent.clear();
  recent.set(name, { at: performance.now(), profile });
  const forget = () => void (recent.get(name)?.profile === profile && recent.delete(name));
  profile.then((found) => found ?? forget(), forget);
  return profile;
};

/** What this process changes is seen at once. */
export const changed = async <T>(database: Database, writing: Promise<T>): Promise<T> => {
  try {
    return await writing;
  } finally {
    recentIn.get(database)?.clear();
  }
};

type NamedModels = {
  model_name?: string | null | undefined;
  preferred_models?: string[] | null | undefined;
  excluded_models?: string[] | null | undefined;
};

/**
 * The same wishes with every model by its model_name, each once in a list. `at`: the path to the wishes, such as `settings.`.
 * Throws `request.invalid` with the path of every name that nobody goes by: a slip of the pen must not be passed over.
 */
export const byModelName = async <Wishes extends NamedModels>(
  database: Database,
  wishes: Wishes,
  at = "",
): Promise<Wishes> => {
  const { model_name, preferred_models, excluded_models } = wishes;
  const asked = [
    ...(model_name ? [{ path: `${at}model_name`, name: model_name }] : []),
    ...(preferred_models ?? []).map((name, index) => ({ path: `${at}preferred_models.${index}`, name })),
    ...(excluded_models ?? []).map((name, index) => ({ path: `${at}excluded_models.${index}`, name })),
  ];
  if (asked.length === 0) return wishes;
  const known = await knownNames(database, [...new Set(asked.map(({ name }) => name))]);
  const errors = asked
    .filter(({ name }) => !known.has(name))
    .map(({ path, name }) => ({ path, problem: `there is no model ${name}: see GET /api/models/` }));
  if (errors.length > 0)
    throw new AppError("request.invalid", errors.map(({ path, problem }) => `${path}: ${problem}`).join("; "), {
      errors,
    });
  const named = (names: readonly string[]) => [...new Set(names.map((name) => known.get(name) ?? name))];
  return {
    ...wishes,
    ...(model_name && { model_name: known.get(model_name) }),
    ...(preferred_models && { preferred_models: named(preferred_models) }),
    ...(excluded_models && { excluded_models: named(excluded_models) }),
  };
};

const knownNames = async (database: Database, names: readonly string[]): Promise<Map<string, string>> => {
  const { rows } = await sql<{ asked: string; model_name: string }>`
    select distinct on (asked) asked, p.model_name
    from unnest(${names}::text[]) asked join ai_model_profiles p on ${goesBy(sql`asked`)}
    order by asked, p.model_name = lower(asked) desc, p.model_name
  `.execute(database.sql);
  return new Map(rows.map(({ asked, model_name }) => [asked, model_name]));
};

/** Whether the profile `p` has this name, in any case. */
const goesBy = (name: RawBuilder<unknown>) =>
  sql<SqlBool>`(p.model_name = lower(${name}) or lower(${name}) in (select lower(alias) from unnest(p.aliases) alias))`;

/** A profile of one's own: nothing speaks for it yet. Throws `model.exists` when one of its names is taken. */
export const createProfile = async (
  database: Database,
  model: CreateModel & Pick<Profile, "max_context_length">,
): Promise<Profile> => {
  const row = { ...given(model), family: model.family ?? model.provider };
  const names = [model.model_name, ...(model.aliases ?? [])];
  const columns = sql.raw(Object.keys(row).join(", "));
  try {
    const insert = sql<Selectable<AiModelProfilesTable>>`
      insert into ai_model_profiles (${columns}, is_available, simulated, seeded)
      select ${columns}, false, false, false from jsonb_populate_record(null::ai_model_profiles, ${jsonText(row)}::jsonb)
      where not exists (${holders(names, null)})
      returning *
    `;
    const { rows } = await changed(database, insert.execute(database.sql));
    if (rows[0]) return profileOf(rows[0]);
  } catch (error) {
    if (!(error instanceof SqlError) || error.constraint !== "ai_model_profiles_model_name_key") throw error;
  }
  throw await nameTaken(database, names, null);
};

/**
 * Changes what is named. Edited facts are no longer refreshed from the seed; being switched on or off is no edit.
 * Switched on, a model that had charged too much may take part again where there is a limit.
 * Answers nothing when there is no such profile; throws `model.exists` when an alias is another's name.
 */
export const updateProfile = async (
  database: Database,
  name: string,
  change: UpdateModel,
): Promise<Profile | undefined> => {
  const { rate_limits, prices, ...facts } = given(change);
  const named = Object.keys(given(change));
  if (named.length === 0) return getProfile(database, name);
  const update = database.sql
    .updateTable("ai_model_profiles")
    .set({
      ...facts,
      ...(rate_limits && { rate_limits: json(rate_limits) }),
      ...(pricesAnew(change) && { prices: prices ? json(prices) : null }),
      ...(named.some((key) => key !== "is_active") && { seeded: false }),
      ...(change.is_active && { over_billed_at: null }),
      ...(isElsewhere(change) && { check_failure: null, retired_at: null, substitute: null, unlisted: false }),
    })
    .where("model_name", "=", name)
    .where(sql<SqlBool>`not exists (${holders(change.aliases ?? [], name)})`)
    .returningAll();
  const row = await changed(database, update.executeTakeFirst());
  if (row) return profileOf(row);
  if (await getProfile(database, name)) throw await nameTaken(database, change.aliases ?? [], name);
  return undefined;
};

/** A price of one's own stands alone: what the list says of caches and long inputs belongs to the list's price. */
const pricesAnew = ({ prices, cost_per_input_token, cost_per_output_token }: UpdateModel): boolean =>
  prices !== undefined || cost_per_input_token !== undefined || cost_per_output_token !== undefined;

/** What checks have found was of another model, or of the same in another place. */
const isElsewhere = ({ provider, model_version, api_endpoint }: UpdateModel): boolean =>
  [provider, model_version, api_endpoint].some((value) => value !== undefined);

const given = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;

/** Which of the names are another profile's already, and whose. */
const holders = (names: readonly string[], self: string | null) => sql<{ name: string; model_name: string }>`
  select name, p.model_name from unnest(${names}::text[]) name join ai_model_profiles p on ${goesBy(sql`name`)}
  where p.model_name is distinct from ${self}::text
`;

const nameTaken = async (database: Database, names: readonly string[], self: string | null): Promise<AppError> => {
  const [holder] = (await holders(names, self).execute(database.sql)).rows;
  return new AppError(
    "model.exists",
    `${holder?.name ?? names[0]} is a name of ${holder?.model_name ?? "another model"}`,
  );
};

/** What it answered stays, under its name. */
export const deleteProfile = async (database: Database, name: string): Promise<void> => {
  await changed(database, database.sql.deleteFrom("ai_model_profiles").where("model_name", "=", name).execute());
};

/**
 * New profiles come in as they are. Of those that came from a seed before, the facts are refreshed (prices change);
 * what was measured, whether they are active and what an admin edited stays. Answers how many rows were written.
 * Rows are locked by name, as the journal does, or two servers could wait for each other.
 */
export const upsertProfiles = async (database: Database, seed: readonly Profile[]): Promise<number> => {
  const written = await sql`
    insert into ai_model_profiles (${sql.raw([...FACTS, ...STATE].join(", "))}, seeded)
    select ${sql.raw([...FACTS, ...STATE].map((column) => `p.${column}`).join(", "))}, true
    from jsonb_populate_recordset(
      null::ai_model_profiles, ${jsonText(seed)}::jsonb
    ) p
    order by p.model_name
    on conflict (model_name) do update set ${sql.raw(FACTS.map((column) => `${column} = excluded.${column}`).join(", "))}
    where ai_model_profiles.seeded and (${sql.raw(rowOf("ai_model_profiles"))}) is distinct from (${sql.raw(rowOf("excluded"))})
  `.execute(database.sql);
  return Number(written.numAffectedRows ?? 0);
};

const FACTS = [
  ...["model_name", "provider", "family", "model_version", "specialties", "supported_languages", "max_context_length"],
  ...["strengths", "weaknesses", "best_use_cases", "api_endpoint", "api_key_required", "cost_per_input_token"],
  ...["cost_per_output_token", "prices", "max_output_tokens", "rate_limits", "simulated", "aliases"],
];

const STATE = ["is_active", "is_available", "last_health_check", "performance_metrics", "domain_performance"];

const rowOf = (table: string) => FACTS.map((column) => `${table}.${column}`).join(", ");

export const profileOf = (row: Selectable<AiModelProfilesTable>): Profile => ({
  model_name: row.model_name,
  provider: row.provider,
  family: row.family,
  model_version: row.model_version,
  aliases: row.aliases,
  specialties: row.specialties,
  supported_languages: row.supported_languages,
  max_context_length: row.max_context_length,
  max_output_tokens: row.max_output_tokens,
  strengths: row.strengths,
  weaknesses: row.weaknesses,
  best_use_cases: row.best_use_cases,
  api_endpoint: row.api_endpoint,
  api_key_required: row.api_key_required,
  cost_per_input_token: row.cost_per_input_token,
  cost_per_output_token: row.cost_per_output_token,
  prices: row.prices,
  rate_limits: row.rate_limits,
  is_active: row.is_active,
  is_available: row.is_available,
  last_health_check: row.last_health_check,
  over_billed_at: row.over_billed_at,
  retired: row.retired_at === null ? null : { since: row.retired_at, substitute: row.substitute },
  performance_metrics: row.performance_metrics,
  domain_performance: row.domain_performance,
  simulated: row.simulated,
});
