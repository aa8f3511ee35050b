/** A thread told as a conversation: each thing once, in the order it happened. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { opening, storyOf } from "../src/critique/debate-story.ts";
import { emptyView, type ThreadView } from "../src/thread/view.ts";
import { at, iteration, judgement, point, viewWith } from "./critique-views.ts";

const kindsOf = (view: ThreadView): [number, string[]][] =>
  storyOf(view).map(({ number, items }) => [number, items.map(({ kind }) => kind)]);

const criticised = iteration(1, {
  decision: "refine",
  judgements: [judgement("ada", 1, { endedAt: at(16) }), judgement("bob", 1, { endedAt: at(14) })],
  points: [point({ by: ["ada"] })],
});

test("a thread is told by iteration: choice, version, judgements as they came, the list, the decision, the reply", () => {
  const reply = { base: 1, points: [point({ state: "accepted" })] };
  const second = iteration(2, { reply, judgements: [judgement("ada", 2)], decision: "threshold_met" });
  assert.deepEqual(kindsOf(viewWith([criticised, second])), [
    [1, ["choice", "version", "judgement", "judgement", "merged", "decision"]],
    [2, ["version", "reply", "judgement", "merged", "decision"]],
  ]);
  const [first] = storyOf(viewWith([criticised]));
  const turns = first?.items.flatMap((item) => (item.kind === "judgement" ? [[item.judgement.model, item.rank]] : []));
  assert.deepEqual(turns, [
    ["bob", 0],
    ["ada", 1],
  ]);
});

test("who is still reading stands last, and nothing is decided yet", () => {
  const running = judgement("ada", 1, { state: "running", endedAt: null });
  const view = viewWith([iteration(1, { judgements: [running, judgement("bob", 1)] })], { phase: "judging" });
  assert.deepEqual(kindsOf(view), [[1, ["choice", "version", "judgement", "judgement"]]]);
  const last = storyOf(view)[0]?.items.at(-1);
  assert.equal(last?.kind === "judgement" && last.judgement.model, "ada");
});

test("what the user asked is told where it was said, and is no critic's point", () => {
  const feedback = [{ seq: 20, id: "f1", text: "Shorter.", iteration: 1, at: at(15) }];
  const wish = point({ id: "f1", point: "Shorter.", state: "accepted" });
  const second = iteration(2, { reply: { base: 1, points: [...criticised.points, wish] } });
  const story = storyOf({ ...viewWith([criticised, second]), feedback });
  assert.deepEqual(
    story[0]?.items.map(({ kind }) => kind),
    ["choice", "version", "judgement", "feedback", "judgement", "merged", "decision"],
  );
  const [merged, reply] = ["merged", "reply"].map((kind) =>
    story.flatMap(({ items }) => items).find((item) => item.kind === kind),
  );
  assert.deepEqual(merged?.kind === "merged" && merged.points.map(({ id }) => id), ["c1"]);
  assert.deepEqual(reply?.kind === "reply" && reply.iteration.reply?.points.map(({ id }) => id), ["c1", "f1"]);
});

test("a thread that failed before anybody spoke is told too", () => {
  const trouble = {
    ...{ seq: 3, kind: "error" as const, iteration: 0, model: null, to: null, code: "model.none", detail: "" },
    ...{ recoverable: false, retryAfterMs: null, at: at(1) },
  };
  assert.deepEqual(kindsOf({ ...emptyView, phase: "failed", troubles: [trouble] }), [[0, ["trouble"]]]);
});

test("a failed critic's trouble is its turn; a fallback is told by itself", () => {
  const base = { to: null, code: "c", detail: "d", recoverable: false, retryAfterMs: null, at: at(13), iteration: 1 };
  const troubles = [
    { ...base, seq: 5, kind: "evaluation" as const, model: "ada" },
    { ...base, seq: 6, kind: "fallback" as const, model: "author", to: "other" },
  ];
  const view = { ...viewWith([criticised]), troubles };
  assert.deepEqual(kindsOf(view), [
    [1, ["choice", "version", "trouble", "judgement", "judgement", "merged", "decision"]],
  ]);
});

test("who was asked again and again for one reason is one line, with how often", () => {
  const again = (seq: number, code: string) => ({
    ...{ seq, kind: "retry" as const, iteration: 1, model: "author", to: null, code, detail: `${seq}` },
    ...{ recoverable: true, retryAfterMs: 10, at: at(10) },
  });
  const troubles = [again(5, "slow"), again(6, "slow"), again(7, "down"), again(8, "slow")];
  const items = storyOf({ ...viewWith([criticised]), troubles }).flatMap((chapter) => chapter.items);
  assert.deepEqual(
    items.flatMap((item) => (item.kind === "trouble" ? [[item.key, item.trouble.detail, item.times]] : [])),
    [
      ["t5", "8", 3],
      ["t7", "7", 1],
    ],
  );
});

test("an opening ends between two words", () => {
  assert.deepEqual(opening("short", 10), "short");
  assert.deepEqual(opening("one two three", 10), "one two");
  assert.deepEqual(opening("a".repeat(20), 10), "a".repeat(10));
});
