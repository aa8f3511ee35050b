/**
 * Opening the store behind a door that is open already: tried again while what is in the way can pass, and waited for by
 * those who ask meanwhile.
 */
import { setTimeout as wait } from "node:timers/promises";
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { lateDatabase } from "../store/late.ts";
import { canPass } from "./passing.ts";
import { within } from "./within.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** A request waits this long for a store whose opening has not failed yet. */
const PATIENCE_MS = 10_000;
/** An end does not wait longer for an attempt to open. */
const LEAVE_MS = 5_000;

export type OpeningOptions = {
  /** One attempt; what it throws decides whether there is another. */
  open(): Promise<Database>;
  engine: Database["engine"];
  /** For people: "The database in /srv/data". */
  name: string;
  /** Each attempt that failed and is followed by another, `pauseMs` later. */
  onRetry(fault: AppError, pauseMs: number): void;
  /** The server leaves: nobody waits any longer. */
  signal: AbortSignal;
  firstPauseMs?: number;
};

export type Opening = {
  /** Stands for the store: until it is open every statement throws `store.failed`. Closing it waits for an attempt under way. */
  database: Database;
  /** Resolves once the store is open; rejects with what cannot pass, or when the signal fires before. */
  opened: Promise<void>;
  /** Undefined once it is open. Else resolves when it opens; rejects at once after a failed attempt, and when patience ends. */
  waitFor(): Promise<void> | undefined;
};

export function openPatiently(options: OpeningOptions): Opening {
  const { open, name, engine, onRetry, signal, firstPauseMs = FIRST_PAUSE_MS } = options;
  let store: Database | undefined;
  let fault: AppError | undefined;

  const attempts = async (): Promise<void> => {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        store = await open();
        return;
      } catch (error) {
        if (signal.aborted || !canPass(error)) throw error;
        fault = notYet(name, error);
        onRetry(fault, pauseMs);
      }
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
    }
  };
  const settled = attempts();
  const opened = Promise.race([settled, firing(signal)]);
  opened.catch(() => undefined);

  const waitFor = () => {
    if (store) return undefined;
    if (signal.aborted) return Promise.reject(signal.reason);
    return fault ? Promise.reject(fault) : within(opened, PATIENCE_MS, stillOpening);
  };
  const stillOpening = () => new AppError("store.failed", `${name} is still being opened: ask again in a moment`);
  const now = () => {
    if (store) return store;
    throw fault ?? stillOpening();
  };
  const close = async () => {
    await Promise.race([settled.catch(() => undefined), wait(LEAVE_MS, undefined, { ref: false })]);
    await store?.close();
  };
  return { database: lateDatabase(engine, now, close), opened, waitFor };
}

const firing = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

/** An AppError names its database itself. */
const notYet = (name: string, error: unknown): AppError => {
  const told = error instanceof Error && error.message !== "" ? error.message : String(error);
  const what =
    error instanceof AppError ? `The database does not answer yet. ${told}` : `${name} does not answer yet: ${told}`;
  return new AppError("store.failed", what, { cause: error });
};
