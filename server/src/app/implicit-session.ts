/** The session that pays for who names none, as under `/v1`: one per user and UTC day. */
import { v7 as uuidv7 } from "uuid";
import { newestVersion } from "../store/algorithm.ts";
import { implicitSession } from "../store/sessions.ts";
import { type Asking, sessionSettings } from "./asking.ts";

/** The clients of `/v1` wait this long by themselves (the `openai` package's timeout). */
const DEADLINE_MS = 600_000;

export type ImplicitSessions = {
  /** The id of today's session. */
  of(userId: string): Promise<string>;
  /** It is gone, or has ended: the next call asks for it anew. */
  forget(userId: string, sessionId: string): Promise<void>;
};

/** Asked of the database once a day and user. */
export function openImplicitSessions({
  database,
  defaultCostLimitUsd,
}: Pick<Asking, "database" | "defaultCostLimitUsd">): ImplicitSessions {
  const known = new Map<string, { day: string; id: Promise<string> }>();
  const make = async (userId: string, day: string) => {
    const { settings: algorithm } = await newestVersion(database);
    const settings = sessionSettings({ deadline_ms: DEADLINE_MS }, algorithm, defaultCostLimitUsd);
    return implicitSession(database, { id: uuidv7(), userId, settings, day });
  };
  return {
    of(userId) {
      const day = new Date().toISOString().slice(0, 10);
      const found = known.get(userId);
      if (found?.day === day) return found.id;
      const id = make(userId, day);
      known.set(userId, { day, id });
      id.catch(() => known.delete(userId));
      return id;
    },
    async forget(userId, sessionId) {
      const found = known.get(userId);
      if ((await found?.id) === sessionId && known.get(userId) === found) known.delete(userId);
    },
  };
}
