/** Events come one by one; the page is drawn once a frame, and misses none. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { collect, type Line } from "../src/thread/follow.ts";
import { viewOf } from "../src/thread/reduce.ts";
import { recorded } from "./fixtures/recorded.ts";

/** A page whose frames are the test's to draw. */
function openPage(t: TestContext, hidden = false) {
  let due: (() => void)[] = [];
  const later = (run: () => void) => due.push(run);
  const given = { document: { hidden }, [hidden ? "setTimeout" : "requestAnimationFrame"]: later };
  const before = Object.fromEntries(Object.keys(given).map((name) => [name, Reflect.get(globalThis, name)]));
  Object.assign(globalThis, given);
  t.after(() => Object.assign(globalThis, before));
  let tell: { add: (event: ThreadEvent) => void; line: (line: Line) => void } | undefined;
  const collected = collect((add, line) => {
    tell = { add, line };
  });
  let drawn = 0;
  const stop = collected.subscribe(() => drawn++);
  const frame = () => {
    const now = due;
    due = [];
    for (const run of now) run();
  };
  assert.ok(tell);
  return { ...tell, ...collected, frame, stop, drawn: () => drawn, due: () => due.length };
}

test("however many events come within a frame, it is one change; each logged one is kept once", (t) => {
  const { add, read, frame, drawn, due } = openPage(t);
  const events = recorded("refined");
  for (let at = 0; at < events.length; at += 7) {
    for (const event of events.slice(Math.max(0, at - 5), at + 7)) add(event);
    assert.equal(due(), 1);
    frame();
  }
  assert.equal(drawn(), Math.ceil(events.length / 7));
  assert.deepEqual(read().view, viewOf(events));
  assert.deepEqual(
    read().events,
    events.filter(({ seq }) => seq !== null),
  );
});

test("what is read does not change between frames, and how the line is comes with it", (t) => {
  const { add, line, read, frame, stop, drawn } = openPage(t, true);
  const [first] = recorded("quick");
  const before = read();
  assert.deepEqual(before.line, { state: "connecting" });
  line({ state: "live" });
  line({ state: "lost", attempt: 1, waitMs: 500 });
  if (first) add(first);
  assert.equal(read(), before);
  frame();
  assert.deepEqual([read().line, drawn()], [{ state: "lost", attempt: 1, waitMs: 500 }, 1]);
  assert.equal(read().events, before.events, "live-only events are not of the log");
  stop();
  line({ state: "live" });
  frame();
  assert.equal(drawn(), 1);
});
