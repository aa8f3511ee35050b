/** A database that may not be there yet: whoever holds it asks at each statement for what is behind it now. */
import type { Database } from "./database.ts";

/** `now` answers the open database, or throws why there is none. */
export const lateDatabase = (
  engine: Database["engine"],
  now: () => Database,
  close: () => Promise<void>,
): Database => ({
  engine,
  get sql() {
    return now().sql;
  },
  call: async (fn, argument) => now().call(fn, argument),
  item: async (fn, list, item) => now().item(fn, list, item),
  exec: async (statements) => now().exec(statements),
  idleMs: () => now().idleMs(),
  close,
});
