/** The way in: a database that has the schema of this version. */
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openPglite, type PgliteOptions } from "./pglite.ts";

export const openStore = async (options: PgliteOptions): Promise<Database> => {
  const database = await openPglite(options);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
};
