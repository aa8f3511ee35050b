/** The way in: a database that has the schema of this version. */
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openPglite, type PgliteOptions } from "./pglite.ts";
import type { PostgresOptions } from "./postgres.ts";

/** In a data folder, or on a server. */
export const openStore = async (options: PgliteOptions | PostgresOptions): Promise<Database> => {
  const database = await ("url" in options ? openServer(options) : openPglite(options));
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
};

/** Its driver is read only where there is a server. */
const openServer = async (options: PostgresOptions): Promise<Database> => {
  const { openPostgres } = await import("./postgres.ts");
  return openPostgres(options);
};
