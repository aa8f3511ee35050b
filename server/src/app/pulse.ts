/** Whether the store answers: known from the work it does, asked only when there is none. */
import { sql } from "kysely";
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { within } from "./within.ts";

/** No answer about health takes longer. */
const PROBE_MS = 2_000;
/** What was seen this short a time ago holds still. */
const FRESH_MS = 1_000;

/** Resolves within two seconds: null when the store answers, else what is missing. However many ask, one probe at a time. */
export function openPulse(
  database: Database,
  name: string,
  waitFor: () => Promise<void> | undefined = () => undefined,
): () => Promise<AppError | null> {
  let probe: Promise<AppError | null> | undefined;
  let last: { fault: AppError | null; at: number } | undefined;
  const ask = async () => {
    await waitFor();
    await sql`select 1`.execute(database.sql);
  };
  const look = async (): Promise<AppError | null> => {
    const silent = () => new AppError("store.failed", `${name} has not answered for ${PROBE_MS / 1000} seconds`);
    try {
      await within(ask(), PROBE_MS, silent);
      return null;
    } catch (error) {
      if (error instanceof AppError) return error;
      return new AppError("store.failed", `${name} does not answer: the server's log may say why`, { cause: error });
    }
  };
  return async () => {
    if (last && performance.now() - last.at < FRESH_MS) return last.fault;
    if (last?.fault === null && worksNow(database)) return null;
    probe ??= look().then((fault) => {
      last = { fault, at: performance.now() };
      probe = undefined;
      return fault;
    });
    return probe;
  };
}

const worksNow = ({ idleMs }: Database): boolean => {
  const ms = idleMs();
  return ms > 0 && ms < FRESH_MS;
};
