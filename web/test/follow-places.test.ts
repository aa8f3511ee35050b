/** Where a thread stands in its session, whose opinion is shown, which versions are compared, and who did what in its log. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { english } from "../src/i18n/en/index.ts";
import { fill, type Phrases } from "../src/i18n/phrases.ts";
import { placeIn } from "../src/thread/header-place.ts";
import { ownComment, ratedElsewhere } from "../src/thread/rate-view.ts";
import { pairOf } from "../src/versions/pair.ts";
import { sayingOf } from "../src/versions/saying.ts";
import { actorOf } from "../src/versions/told.ts";
import { recorded, recordings } from "./fixtures/recorded.ts";

const items = ["c", "b", "a"].map((thread_id) => ({ thread_id, prompt_start: `Why ${thread_id}?` }));

test("a thread follows the one it names, else the one before it in its session", () => {
  assert.deepEqual(placeIn(items, "c", "a"), { count: 3, before: { id: "a", prompt: "Why a?", parent: true } });
  assert.deepEqual(placeIn(items, "c", null).before, { id: "b", prompt: "Why b?", parent: false });
  assert.deepEqual([placeIn(items, "a", null).before, placeIn(items, "new", null).before], [null, null]);
  assert.deepEqual(placeIn([], "a", null), { count: 0, before: null });
});

const said = (text: string | null) => ({ seq: 9, id: "f1", text, iteration: 1, at: "2026-11-21T10:00:00Z" });

test("what was asked for on the way is no comment on the answer", () => {
  assert.equal(ownComment({ comment: "Shorter.", feedback: [said("Shorter.")] }), null);
  assert.equal(ownComment({ comment: "Well done.", feedback: [said("Shorter."), said(null)] }), "Well done.");
  assert.equal(ownComment({ comment: null, feedback: [said(null)] }), null);
});

test("an opinion says its version where another one is shown", () => {
  const view = { accepted: null, rating: 8, comment: null, feedback: [], ratedVersion: 1 };
  assert.deepEqual([ratedElsewhere(view, 3), ratedElsewhere(view, 1)], [1, null]);
  assert.equal(ratedElsewhere({ ...view, rating: null }, 3), null);
  assert.equal(ratedElsewhere({ accepted: true, rating: 8, comment: null, feedback: [] }, 3), null);
});

const versions = [1, 2, 4].map((number) => ({ number, best: number === 2 }));
const pair = (asked: number | null, base: number | null = null, bases: [number, number][] = []) => {
  const { from, to } = pairOf(versions, { asked, base, bases: new Map(bases) });
  return [from?.number, to.number];
};

test("the first version is compared with the next, each other one with what it was made from", () => {
  assert.deepEqual(
    [pair(1), pair(2), pair(null), pair(9)],
    [
      [1, 2],
      [1, 2],
      [1, 2],
      [1, 2],
    ],
  );
  assert.deepEqual(
    [pair(4), pair(4, null, [[4, 1]]), pair(4, null, [[4, 3]])],
    [
      [2, 4],
      [1, 4],
      [2, 4],
    ],
  );
  assert.deepEqual(
    [pair(1, 4), pair(4, 4)],
    [
      [4, 1],
      [2, 4],
    ],
  );
  const only = pairOf(versions.slice(0, 1), { asked: 1, base: null, bases: new Map() });
  assert.deepEqual([only.from, only.to.number], [null, 1]);
});

const phrases: Phrases = english;
const words = {
  t: (key: string, values = {}) => fill(phrases[key] ?? key, values, "en"),
  word: (area: string, name: string) => fill(phrases[`${area}.${name}`] ?? name.replaceAll("_", " "), {}, "en"),
  score: (points: number) => points.toFixed(1),
  nameFor: (model: string) => model,
  duration: (ms: number) => `${ms} ms`,
};

test("the log names who acted: a model, the user, or nobody", () => {
  const events = [...recorded("steered"), ...recorded("refined")];
  const actors = new Map(events.map((event) => [event.event_type, actorOf(event)]));
  for (const type of ["feedback_received"] as const) assert.deepEqual(actors.get(type), { user: true });
  for (const type of ["criticism_merged", "iteration_completed", "model_selected", "orchestration_finished"] as const)
    assert.equal(actors.get(type), null, type);
  assert.deepEqual(actors.get("response_generated"), { model: "simulated-amber" });
  const rated = { event_type: "thread_updated", model_involved: "simulated-amber" } as ThreadEvent;
  assert.deepEqual(actorOf(rated), { user: true });
});

test("the log says no code of the wire where there are words for it", () => {
  const speaker = words as Parameters<typeof sayingOf>[1];
  for (const { name, events } of recordings)
    for (const event of events.filter(({ seq }) => seq !== null)) {
      const saying = sayingOf(event, speaker);
      assert.ok(saying !== null, `${name}: ${event.event_type}`);
      assert.doesNotMatch(saying, /[a-z][_.][a-z]|\{/, saying);
    }
  const failed = { event_type: "error_occurred", details: { code: "vendor.new_fault", recoverable: false } };
  assert.equal(sayingOf(failed as ThreadEvent, speaker), null);
});
