/** Profiles of models: facts that we ship or an admin gives, and what was measured. */
import type { Profile } from "@orchestratex/sdk/contract";
import { type Selectable, type SqlBool, sql } from "kysely";
import type { Database } from "./database.ts";
import type { AiModelProfilesTable } from "./tables-models.ts";
import { jsonText } from "./text-format.ts";

export const listProfiles = async (database: Database): Promise<Profile[]> => {
  const rows = await database.sql.selectFrom("ai_model_profiles").selectAll().orderBy("model_name").execute();
  return rows.map(profileOf);
};

/** By `model_name`, or by a name people know it by ("GPT-4"), whatever its case. */
export const getProfile = async (database: Database, name: string): Promise<Profile | undefined> => {
  const row = await database.sql
    .selectFrom("ai_model_profiles")
    .selectAll()
    .where(sql<SqlBool>`model_name = ${name} or lower(${name}) in (select lower(alias) from unnest(aliases) alias)`)
    .orderBy(sql`model_name = ${name}`, "desc")
    .limit(1)
    .executeTakeFirst();
  return row && profileOf(row);
};

export type SeedProfile = Profile & { aliases?: readonly string[] };

/**
 * New profiles come in as they are. Of those that came from a seed before, the facts are refreshed (prices change);
 * what was measured, whether they are active and what an admin edited stays. Answers how many rows were written.
 */
export const upsertProfiles = async (database: Database, seed: readonly SeedProfile[]): Promise<number> => {
  const written = await sql`
    insert into ai_model_profiles (${sql.raw([...FACTS, ...STATE].join(", "))}, seeded)
    select ${sql.raw([...FACTS, ...STATE].map((column) => `p.${column}`).join(", "))}, true
    from jsonb_populate_recordset(
      null::ai_model_profiles, ${jsonText(seed.map((profile) => ({ aliases: [], ...profile })))}::jsonb
    ) p
    on conflict (model_name) do update set ${sql.raw(FACTS.map((column) => `${column} = excluded.${column}`).join(", "))}
    where ai_model_profiles.seeded and (${sql.raw(rowOf("ai_model_profiles"))}) is distinct from (${sql.raw(rowOf("excluded"))})
  `.execute(database.sql);
  return Number(written.numAffectedRows ?? 0);
};

const FACTS = [
  ...["model_name", "provider", "family", "model_version", "specialties", "supported_languages", "max_context_length"],
  ...["strengths", "weaknesses", "best_use_cases", "api_endpoint", "api_key_required", "cost_per_input_token"],
  ...["cost_per_output_token", "rate_limits", "simulated", "aliases"],
];

const STATE = ["is_active", "is_available", "last_health_check", "performance_metrics", "domain_performance"];

const rowOf = (table: string) => FACTS.map((column) => `${table}.${column}`).join(", ");

const profileOf = (row: Selectable<AiModelProfilesTable>): Profile => ({
  model_name: row.model_name,
  provider: row.provider,
  family: row.family,
  model_version: row.model_version,
  specialties: row.specialties,
  supported_languages: row.supported_languages,
  max_context_length: row.max_context_length,
  strengths: row.strengths,
  weaknesses: row.weaknesses,
  best_use_cases: row.best_use_cases,
  api_endpoint: row.api_endpoint,
  api_key_required: row.api_key_required,
  cost_per_input_token: row.cost_per_input_token,
  cost_per_output_token: row.cost_per_output_token,
  rate_limits: row.rate_limits,
  is_active: row.is_active,
  is_available: row.is_available,
  last_health_check: row.last_health_check,
  performance_metrics: row.performance_metrics,
  domain_performance: row.domain_performance,
  simulated: row.simulated,
});
