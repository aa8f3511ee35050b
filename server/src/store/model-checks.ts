/** Whether a model takes part, and whether it answers. */
import type { ModelStatus, Profile } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { changed, profileOf } from "./profiles.ts";

/** Facts stay as they are. Switched on, a model that had charged too much may take part again where there is a limit. */
export const setModelStatus = async (
  database: Database,
  name: string,
  { is_active, is_available }: ModelStatus,
): Promise<Profile | undefined> => {
  const update = database.sql
    .updateTable("ai_model_profiles")
    .set({
      ...(is_active !== undefined && { is_active }),
      ...(is_available !== undefined && { is_available }),
      ...(is_active && { over_billed_at: null }),
    })
    .where("model_name", "=", name)
    .returningAll();
  const row = await changed(database, update.executeTakeFirst());
  return row && profileOf(row);
};

/**
 * It was asked just now. `available`: what is known of it since; null: nothing new. One that answers is there, though its
 * vendor's list may lack it.
 */
export const noteCheck = async (database: Database, name: string, available: boolean | null): Promise<void> => {
  const answered = {
    ...{ unlisted: sql<boolean>`unlisted or retired_at is not null`, retired_at: null, substitute: null },
    check_failure: null,
  };
  const update = database.sql
    .updateTable("ai_model_profiles")
    .set({
      last_health_check: sql`now()`,
      ...(available !== null && { is_available: available }),
      ...(available === true && answered),
      ...(available === false && { check_failure: "provider.unreachable" }),
    })
    .where("model_name", "=", name);
  await changed(database, update.execute());
};
