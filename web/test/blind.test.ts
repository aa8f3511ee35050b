/** Where names are hidden, everybody has another one, and always the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { aliasesOf } from "../src/thread/blind.ts";
import { iteration, judgement, viewWith } from "./critique-views.ts";

const aliases = (view: ReturnType<typeof viewWith>) =>
  [...aliasesOf(view)].map(([name, { part, mark, alone }]) => [name, part, mark, alone]);

test("the author goes by a number, critics by letters, in the order in which they were chosen", () => {
  const view = viewWith([iteration(1, { judgements: [judgement("bob", 1)] })], { evaluators: ["ada", "bob"] });
  assert.deepEqual(aliases(view), [
    ["author", "author", "1", true],
    ["ada", "critic", "A", false],
    ["bob", "critic", "B", false],
  ]);
});

test("a critic that took over is an author, and another candidate gets a letter too", () => {
  const view = viewWith([iteration(1, { author: "ada" })], { evaluators: ["ada", "bob"] });
  const candidates = [{ model_name: "zoe" }, { model_name: "bob" }];
  const known = { ...view, choice: view.choice && { ...view.choice, candidates_considered: candidates } };
  assert.deepEqual(aliases(known as typeof view), [
    ["author", "author", "1", false],
    ["ada", "author", "2", false],
    ["bob", "critic", "A", false],
    ["zoe", "other", "B", false],
  ]);
});
