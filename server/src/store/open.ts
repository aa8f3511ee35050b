/** The way in: a database that has the schema of this version. */
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openPglite, type PgliteOptions } from "./pglite.ts";
import { openPostgres, type PostgresOptions } from "./postgres.ts";

/** In a data folder, or on a server. */
export const openStore = async (options: PgliteOptions | PostgresOptions): Promise<Database> => {
  const database = await ("url" in options ? openPostgres(options) : openPglite(options));
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
};
