/** A database that a test stops at a statement of its choice: to hold it there, or as if the process had died at it. */
import { CompiledQuery } from "kysely";
import { AppError } from "../../src/errors.ts";
import { typedSql } from "../../src/store/dialect.ts";
import type { TestStore } from "../store.ts";

type Statement = (sql: string) => Promise<void>;

const over = (store: TestStore, before: Statement, after: Statement): TestStore => ({
  ...store,
  sql: typedSql(async (sql, parameters) => {
    const text = `${sql} ${parameters.join(" ")}`;
    await before(text);
    const { rows, numAffectedRows = 0n } = await store.sql.executeQuery<Record<string, unknown>>(
      CompiledQuery.raw(sql, [...parameters]),
    );
    await after(text);
    return { rows, changed: Number(numAffectedRows) };
  }),
});

/**
 * From the statement with these words on, before it or after it, nothing is answered any more. `dead` resolves then. Such a
 * statement waits until `live`: a server that dies while it opens is another story.
 */
export function dyingStore(store: TestStore, when: "before" | "after", words: RegExp, nth = 1) {
  const { promise: lives, resolve: live } = Promise.withResolvers<void>();
  const { promise: dead, resolve } = Promise.withResolvers<void>();
  let isDead = false;
  let seen = 0;
  const refuse = () => {
    if (isDead) throw new AppError("store.failed", "the process is dead");
  };
  const look = async (text: string) => {
    if (!isDead && words.test(text)) await lives;
    if (!isDead && words.test(text) && ++seen === nth) {
      isDead = true;
      resolve();
    }
    refuse();
  };
  const before = async (text: string) => (when === "before" ? look(text) : refuse());
  const after = async (text: string) => (when === "after" ? look(text) : undefined);
  const dying = over(store, before, after);
  const call: TestStore["call"] = async (fn, argument) => {
    refuse();
    return store.call(fn, argument);
  };
  return { store: { ...dying, call }, dead, live };
}

/** The first statement with these words waits for `release`; `held` resolves when it is there. */
export function heldStore(store: TestStore, words: RegExp) {
  const { promise: held, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const before = async (text: string) => {
    if (!words.test(text)) return;
    arrive();
    await released;
  };
  return { store: over(store, before, async () => {}), held, release };
}
