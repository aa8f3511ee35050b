/** Walks the graph of a small world against the database, and compares the two after every transaction. */
import assert from "node:assert/strict";
import type { Database } from "../../src/store/database.ts";
import { asSeen, type DriveCase } from "./drive-cases.ts";
import { assertAnswer, booksFor, found, openStage, perform } from "./driver.ts";
import { expected, newLog } from "./expected.ts";
import { explore, type Move } from "./search.ts";
import type { State } from "./state.ts";
import { coveringWalks } from "./walks.ts";
import { type Action, protocolWorld, tell } from "./world.ts";

/** Walks under way at once: their transactions travel to the database in groups. */
const LANES = 8;

export type Driven = { moves: number; covered: number; walks: number; transactions: number };

/** Throws at the first difference, with the way there. */
export async function drive(database: Database, { rules }: DriveCase): Promise<Driven> {
  const world = protocolWorld(rules);
  const { graph } = explore(world, true);
  const labels = new Set(graph.all.map((move, i) => asSeen(graph.states[graph.from[i] ?? 0] ?? world.start, move)));
  const walks = coveringWalks(graph, asSeen);
  const books = booksFor(database, rules.alone);
  let transactions = 0;

  const take = async (walk: readonly Move<State, Action>[]) => {
    const stage = await openStage(database, books, rules);
    let state = world.start;
    let logs = state.threads.map(() => newLog);
    for (const [place, { action, next }] of walk.entries()) {
      const way = () =>
        walk
          .slice(0, place + 1)
          .map((move) => tell(move.action))
          .join("\n  ");
      try {
        const code = await perform(stage, state, action);
        if ("answer" in action) assertAnswer(code, action.answer);
        if (asSeen(state, { action, next }) !== null) {
          transactions++;
          const { logs: grown, ...shown } = expected(rules, state, action, next, logs);
          assert.deepEqual(
            await found(
              stage,
              logs.map(({ last }) => last),
            ),
            shown,
          );
          logs = grown;
        }
      } catch (error) {
        throw new Error(`the database differs from the model after\n  ${way()}`, { cause: error });
      }
      state = next;
    }
  };
  const todo = walks.values();
  const lanes = Array.from({ length: LANES }, async () => {
    try {
      for (const walk of todo) await take(walk);
    } finally {
      todo.return?.();
    }
  });
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
  return { moves: graph.all.length, covered: labels.size - 1, walks: walks.length, transactions };
}
