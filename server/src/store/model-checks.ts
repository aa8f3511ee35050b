/** Whether a model takes part, and whether it answers. */
import type { ModelStatus, Profile } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { profileOf } from "./profiles.ts";

/** Facts stay as they are. Switched on, a model that had charged too much may take part again where there is a limit. */
export const setModelStatus = async (
  database: Database,
  name: string,
  { is_active, is_available }: ModelStatus,
): Promise<Profile | undefined> => {
  const row = await database.sql
    .updateTable("ai_model_profiles")
    .set({
      ...(is_active !== undefined && { is_active }),
      ...(is_available !== undefined && { is_available }),
      ...(is_active && { over_billed_at: null }),
    })
    .where("model_name", "=", name)
    .returningAll()
    .executeTakeFirst();
  return row && profileOf(row);
};

/** It was asked just now. `available`: what is known of it since; null: nothing new. */
export const noteCheck = async (database: Database, name: string, available: boolean | null): Promise<void> => {
  await database.sql
    .updateTable("ai_model_profiles")
    .set({ last_health_check: sql`now()`, ...(available !== null && { is_available: available }) })
    .where("model_name", "=", name)
    .execute();
};
