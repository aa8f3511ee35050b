/** Recorded threads as the page shows them: what became of them, and that no way of receiving them makes a difference. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ThreadEvent } from "@orchestratex/sdk/contract";
import { chanceOf } from "../../server/src/providers/simulated/chance.ts";
import { reduce, reduceAll, viewOf } from "../src/thread/reduce.ts";
import { emptyView, type Iteration, isOver, type ThreadView } from "../src/thread/view.ts";
import { recorded, recordings } from "./fixtures/recorded.ts";

const short = (model: string | null) => model?.replace("simulated-", "") ?? null;

/** `amber 7.6 done+failed c1:accepted` */
const told = ({ author, score, judgements, points, best }: Iteration) =>
  [
    `${best ? "*" : ""}${short(author)}`,
    score ?? "-",
    judgements.map(({ state }) => state).join("+") || "-",
    points.map(({ id, state }) => `${id}:${state}`).join(" ") || "-",
  ].join(" | ");

const story = (view: ThreadView) => [
  [view.phase, view.finish?.stop_reason ?? view.finish?.failure_reason ?? null].join(" "),
  ...view.iterations.map(told),
];

const done = (count: number) => Array(count).fill("done").join("+");

const stories: Record<string, string[]> = {
  quick: ["completed no_evaluators", "*amber | - | - | -"],
  refined: [
    "completed max_iterations",
    `amber | 7.52 | ${done(4)} | c1:accepted c2:accepted`,
    `amber | 8.67 | ${done(4)} | c1:accepted`,
    `*amber | 8.68 | ${done(4)} | -`,
  ],
  "critics-fail": [
    "completed plateau",
    "amber | 7.6 | done+done+failed+failed | c1:accepted c2:accepted",
    "*amber | 8.87 | done+done+failed+failed | -",
  ],
  failed: ["failed provider.rejected", "coral | - | - | -"],
  fallback: [
    "completed max_iterations",
    "gpt-6-luna | 7.35 | done+done | c1:disputed c2:accepted c3:disputed c4:disputed",
    "*gpt-6-luna | 7.54 | done+done | c1:open c2:open c3:open",
  ],
  stopped: ["completed stopped", `*amber | 7.52 | ${done(4)} | c1:open c2:open`, "amber | - | - | -"],
  steered: [
    "completed max_iterations",
    `amber | 7.52 | ${done(4)} | c1:accepted c2:accepted`,
    `*amber | 8.65 | ${done(4)} | -`,
  ],
};

for (const [name, expected] of Object.entries(stories))
  test(`${name}: ${expected[0]}`, () => assert.deepEqual(story(viewOf(recorded(name))), expected));

test("whoever joins in the middle sees in the end what the others see", () => {
  assert.deepEqual(viewOf(recorded("joined")), viewOf(recorded("refined")));
});

test("an older version made final is what the next iteration works on", () => {
  const events = recorded("continued");
  const view = viewOf(events);
  assert.deepEqual(
    view.iterations.map(({ points }) => points.map(({ id, state }) => `${id}:${state}`).join(" ")),
    ["c1:disputed c2:accepted", "", "", "c1:open"],
  );
  assert.deepEqual(
    view.iterations.map(({ reply }) => [reply?.base, reply?.points.map(({ id, state }) => `${id}:${state}`).join(" ")]),
    [
      [undefined, undefined],
      [1, "c1:accepted c2:accepted"],
      [2, "f1:accepted"],
      [1, "c1:disputed c2:accepted f2:accepted"],
    ],
    "what was said the first time stands, and wishes with the version that was to have them",
  );
  assert.deepEqual([view.accepted, view.rating, view.finish?.failure_reason], [false, 9, "thread.rejected"]);
  assert.equal(view.phase, "failed");
  assert.deepEqual(
    view.feedback.map(({ id, text }) => [id, text]),
    [
      ["f1", "Say it in fewer words."],
      ["f2", "Say it as a poem."],
    ],
  );
  assert.equal(view.resumed, 0);
});

test("another iteration is at work from the moment it is asked for, and never back at the analysis", () => {
  const events = recorded("continued");
  const asked = events.findIndex(({ event_type }) => event_type === "feedback_received");
  const phases = [0, 1, 2].map((more) => viewOf(events.slice(0, asked + 1 + more)).phase);
  assert.deepEqual(phases, ["refining", "refining", "judging"]);
  assert.equal(viewOf(events.slice(0, asked + 1)).accepted, null);
});

test("taken up again after a crash: the draft that died is gone, and what stands stays", () => {
  const events = recorded("resumed");
  const again = events.findIndex((event) => event.event_type === "orchestration_started" && event.details.resumed);
  assert.notEqual(viewOf(events.slice(0, again)).draft, null);
  const view = viewOf(events.slice(0, again + 1));
  assert.deepEqual([view.draft, view.phase, view.resumed], [null, "refining", 1]);
  assert.equal(view.iterations[0]?.version?.text, viewOf(events).iterations[0]?.version?.text);
  const midst = events.filter(({ seq }) => seq !== null && seq < 7);
  const crashed = { ...events[again], seq: 7 } as ThreadEvent;
  assert.equal(viewOf([...midst, crashed]).phase, "judging");
});

test("troubles are told in order with the vendor's words; a judge that was asked again is no failure", () => {
  const { troubles } = viewOf(recorded("fallback"));
  assert.deepEqual(
    troubles.map(({ kind, model, to, code }) => [kind, model, to, code]),
    [
      ["retry", "gpt4", null, "provider.rate_limited"],
      ["retry", "gpt4", null, "provider.rate_limited"],
      ["fallback", "gpt4", "gpt-6-luna", "provider.unreachable"],
    ],
  );
  assert.match(troubles[0]?.detail ?? "", /^OpenAI answered 429: Rate limit reached/);
  const [first] = viewOf(recorded("critics-fail")).iterations;
  const pearl = first?.judgements.find(({ model }) => model === "simulated-pearl");
  assert.deepEqual([pearl?.state, pearl?.trouble?.code], ["failed", "provider.rate_limited"]);
  const [, second] = viewOf(recorded("critics-fail")).iterations;
  assert.deepEqual(
    second?.judgements.filter(({ trouble }) => trouble).map(({ state }) => state),
    ["done", "done", "failed", "failed"],
  );
});

test("an evaluator that took over as the author does not judge itself", () => {
  const view = viewOf(recorded("fallback").filter(({ seq }) => seq === null || seq < 7));
  const heir = view.choice?.evaluators[0] ?? "";
  const event = recorded("fallback").find(({ event_type }) => event_type === "response_generated");
  const written = reduce(view, { ...event, model_involved: heir } as ThreadEvent);
  assert.deepEqual(
    written.iterations[0]?.judgements.map(({ model }) => model),
    view.choice?.evaluators.slice(1),
  );
});

for (const { name, events } of recordings) {
  test(`${name}: every event is one of the contract`, () => {
    for (const event of events) ThreadEvent.parse(event);
  });
  test(`${name}: repeats, lost pieces and unknown events make no difference`, () => held(name, events));
}

const isLogged = ({ seq }: ThreadEvent) => seq !== null;

/** What is only seen live. */
const settled = (view: ThreadView) => ({ ...view, draft: null });

function held(name: string, events: readonly ThreadEvent[]): void {
  const chance = chanceOf("reduce", name);
  const replayed = new Map<number, ThreadView>([[0, emptyView]]);
  for (const event of events.filter(isLogged))
    replayed.set(event.seq ?? 0, reduce(replayed.get((event.seq ?? 0) - 1) ?? assert.fail("a gap"), event));
  assert.ok(isOver(viewOf(events)));
  for (let round = 0; round < 20; round++) {
    let view: ThreadView = frozen(emptyView);
    for (const [at, event] of events.entries()) {
      if (round > 0 && event.seq === null && chance.next() < 0.3) continue;
      view = stepped(view, event);
      const before = events.slice(0, at + 1).filter(isLogged);
      if (chance.next() < 0.3) {
        const again = before.slice(Math.floor(chance.next() * before.length));
        assert.equal(reduceAll(view, again), view, "events of before change nothing");
      }
      if (event.seq !== null) assert.deepEqual(settled(view), settled(replayed.get(event.seq) ?? emptyView));
      if (view.draft) assert.ok(wholeOf(events, view.draft.responseId).startsWith(view.draft.text));
    }
    assert.deepEqual(view, viewOf(events.filter(isLogged)), "live is as replayed");
  }
}

function stepped(before: ThreadView, event: ThreadEvent): ThreadView {
  const unknown = { ...event, seq: null, event_type: "of_a_later_version" } as unknown as ThreadEvent;
  assert.equal(reduce(before, unknown), before);
  const view = frozen(reduce(before, frozen(event)));
  assert.ok(view.lastSeq >= before.lastSeq);
  assert.equal(view.lastSeq, event.seq ?? before.lastSeq);
  return view;
}

/** The text that was kept; what was never kept may have begun in any way. */
function wholeOf(events: readonly ThreadEvent[], responseId: string): string {
  let whole = "";
  for (const event of events) {
    if (event.event_type === "response_generated" && event.details.response_id === responseId)
      return event.details.response_text;
    if (event.event_type === "response_delta" && event.details.response_id === responseId)
      whole = whole.slice(0, event.details.offset) + event.details.text;
  }
  return whole;
}

function frozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

test("a later version's logged event of an unknown type is passed over, and counted", () => {
  const events = recorded("quick");
  const unknown = events.map((event) =>
    event.event_type === "prompt_analyzed" ? ({ ...event, event_type: "prompt_weighed" } as unknown) : event,
  ) as ThreadEvent[];
  const view = viewOf(unknown);
  assert.deepEqual({ ...view, analysis: null }, { ...viewOf(events), analysis: null });
  assert.equal(view.lastSeq, events.at(-1)?.seq);
});

test("pieces without their beginning wait for a snapshot; a piece that is repeated or overlaps is written once", () => {
  const events = recorded("refined");
  const start = events.findIndex(({ event_type }) => event_type === "response_delta");
  const [first, second, third] = events.slice(start) as Extract<ThreadEvent, { event_type: "response_delta" }>[];
  assert.ok(first && second && third);
  const before = viewOf(events.slice(0, start));
  const textOf = (view: ThreadView) => view.draft?.text ?? null;
  assert.equal(textOf(reduceAll(before, [second, third])), null);
  assert.equal(textOf(reduceAll(before, [first, third])), first.details.text, "the third waits for the second");
  const whole = first.details.text + second.details.text;
  const { response_id, role } = first.details;
  const snapshot = { ...first, event_type: "response_snapshot", details: { response_id, role, text: whole } };
  const caught = reduceAll(before, [first, third, snapshot as ThreadEvent, third]);
  assert.equal(textOf(caught), whole + third.details.text);
  assert.equal(textOf(reduceAll(before, [first, second, second, first, second])), whole);
  const kept = viewOf(events);
  assert.equal(reduceAll(kept, [first, snapshot as ThreadEvent]), kept, "a text that is kept is no draft again");
});
