import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters, styleText } from "node:util";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import * as tell from "../../../sdk/test/story.ts";
import { FIRST, SECOND } from "../../../sdk/test/story.ts";
import { setAnswer } from "../../src/cli/answer.ts";
import type { Look } from "../../src/cli/look.ts";
import { columns } from "../../src/cli/measure.ts";
import { emptyView, header, render, statusOf, type View } from "../../src/cli/render.ts";

const symbols: Look["symbols"] = {
  ...{ rule: "─", gutter: "│", full: "█", empty: "░", dot: "·", done: "✓", warning: "!" },
  wait: ["."],
};
const live: Look = { live: true, width: 79, paint: (_, text) => text, symbols };
const plain: Look = { ...live, live: false };
const painted: Look = { ...live, paint: (colour, text) => styleText(colour, text, { validateStream: false }) };

function show(events: readonly ThreadEvent[], look: Look, from: View = emptyView): { view: View; out: string } {
  let view = from;
  let out = "";
  for (const event of events) {
    const rendered = render(view, event, look);
    view = rendered.view;
    out += rendered.out;
  }
  return { view, out };
}

const EVIL = "a\u001b[31mred\u001b]0;title\u0007 \u009b2J b\u202eevil\u2066 c\rover\u0000\u007f";
const CONTROL = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;

test("the whole loop is shown: who, why, drafts, scores, criticism, decisions, the end and the cost", () => {
  const { out } = show(tell.twoIterations("The first.", "The second."), live);
  for (const said of [
    "SIMULATED",
    "checked · up to 2 iterations · until 8.0 · at most $1.00 in its\n             session",
    "simple factual prompt · difficulty 3 of 10 · language en · needs\n             reasoning",
    "simulated-opal knows the domain.",
    "runner-up simulated-jade, 0.4 behind",
    "judged by simulated-jade and simulated-onyx",
    "expected to cost $0.001 to $0.02",
    "── Iteration 1 ─",
    "Draft by simulated-opal\n  │ The first.\n",
    "✓ 2 words · 3.1 s · $0.0012 · confidence 8.0 by its own account",
    "7.1 ███████░░░  simulated-jade  1 major · $0.0004 · 900 ms",
    "accuracy: It never says why.",
    "c1 accuracy: It never says why.",
    "score 7.4, median of 7.1 and 7.7",
    "refine: score 7.4",
    "── Iteration 2 ─",
    "Revised draft by simulated-opal\n  │ The second.\n",
    "accepted c1",
    "disputed c2: It does.",
    "8.6 (+1.2)",
    "stop, threshold met: score 8.6",
    "threshold met: the answer is good enough",
    "iteration 2 of 2 · score 8.6 · by simulated-opal",
    "~$0.0123 · 5 120 tokens · 8.4 s",
  ])
    assert.ok(out.includes(said), `missing: ${said}\n${out}`);
  assert.equal(out.match(/SIMULATED/g)?.length, 1);
});

test("no line is wider than the terminal, whatever its width", () => {
  const long = "Ein langer Satz mit vielen Wörtern und 日本語の文字 🎉 ohne Ende. ".repeat(6) + "x".repeat(300);
  for (const width of [67, 79, 99]) {
    const { out } = show([...tell.twoIterations(long, long)], { ...painted, width });
    const lines = `${header(long, tell.THREAD, { ...painted, width })}${out}`.split("\n").map(stripVTControlCharacters);
    // ids and commands are to be copied: they are not broken
    const wide = lines.filter((line) => columns(line) > width && !line.includes(tell.THREAD.slice(0, 8)));
    assert.deepEqual(wide, []);
  }
});

test("a draft is the same however it is cut into pieces", () => {
  const text =
    "One line, long enough to be broken somewhere in the middle of it all, surely. 🎉\n\n  - two\n\tthree 日本語の文字です\n";
  const whole = show([tell.delta(FIRST, 0, text), tell.generated(1, FIRST, text)], live).out;
  for (const size of [1, 2, 3, 7]) {
    const deltas = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
      tell.delta(FIRST, at * size, text.slice(at * size, (at + 1) * size)),
    );
    assert.equal(show([...deltas, tell.generated(1, FIRST, text)], live).out, whole);
  }
});

test("after a lost connection a snapshot adds only what is missing, and a delta after a gap waits for it", () => {
  const text = "one two three four";
  const { out } = show(
    [
      tell.delta(FIRST, 0, "one two "),
      tell.delta(FIRST, 14, "four"),
      tell.snapshot(FIRST, "one two three "),
      tell.delta(FIRST, 4, "two three "),
      tell.delta(FIRST, 14, "four"),
      tell.generated(1, FIRST, text),
    ],
    live,
  );
  assert.equal(out.split("│ ")[1]?.split("\n")[0], text);
});

test("who joins late gets the text with its last event", () => {
  const { out } = show([tell.generated(4, FIRST, "All of it.")], live);
  assert.ok(out.includes("Draft by simulated-opal\n  │ All of it.\n"));
});

test("something said in the middle of a draft gets its own line, and the draft goes on below", () => {
  const warning = tell.event(5, "cost_limit_warning", {
    ...{ total_cost: 0.8, held: 0.05, unconfirmed: 0, cost_limit: 1, share: 0.85 },
  });
  const { out } = show(
    [
      tell.delta(FIRST, 0, "one two "),
      warning,
      tell.delta(FIRST, 8, "three"),
      tell.generated(6, FIRST, "one two three"),
    ],
    live,
  );
  assert.ok(
    out.includes("│ one two\n  ! 85 % of the cost limit is used or held: $0.80 spent of $1.00\n  │ three\n"),
    out,
  );
});

test("a fallback, a failed judge, an interruption and a fault are told", () => {
  const { out, view } = show(
    [
      tell.started(1, true),
      tell.event(2, "model_fallback", {
        ...{ from: "simulated-opal", to: null, code: "provider.empty", partial_kept: false, total_cost: 0 },
      }),
      tell.event(3, "evaluation_failed", {
        ...{ evaluator_model: "simulated-jade", code: "model.output_invalid", detail: "no JSON", will_retry: true },
        total_cost: 0,
      }),
      tell.event(3, "evaluation_failed", {
        ...{ evaluator_model: "simulated-onyx", code: "budget.exceeded", detail: "not asked", will_retry: false },
        total_cost: 0,
      }),
      tell.event(4, "error_occurred", {
        ...{ code: "model.none", detail: "nobody is left", component: "orchestrator", recoverable: false },
        retry_after_ms: null,
      }),
      tell.finished(5, null),
    ],
    live,
  );
  assert.match(out, /Taken up again after an interruption/);
  assert.match(out, /simulated-opal failed \(provider\.empty\); nobody is left to take over/);
  assert.match(out, /simulated-jade could not judge \(model\.output_invalid\): no JSON; asked once\s+more/);
  assert.match(out, /simulated-onyx does not judge \(budget\.exceeded\): not asked/);
  assert.match(out, /nobody is left \(model\.none\)/);
  assert.match(out, /── No answer ─/);
  assert.equal(view.draft, null);
});

test("the status line names who has yet to judge", () => {
  const story = tell.twoIterations("a", "b");
  const until = (seq: number) =>
    show(
      story.filter((event) => (event.seq ?? 0) <= seq),
      live,
    ).view;
  assert.equal(statusOf(until(3)), "waiting for simulated-opal");
  assert.equal(statusOf(until(4)), "being judged by simulated-jade, simulated-onyx");
  assert.equal(statusOf(until(5)), "being judged by simulated-onyx");
  assert.equal(statusOf(until(8)), "being revised");
});

test("for a file it is one line per event, without drafts and control codes", () => {
  const { out } = show(tell.twoIterations("The first.", "The second."), plain);
  const lines = out.trimEnd().split("\n");
  const logged = tell.twoIterations("", "").filter(({ seq }) => seq !== null);
  assert.equal(lines.length, logged.length + 1, "and one that says SIMULATED");
  assert.ok(!out.includes("The first."));
  assert.doesNotMatch(out, CONTROL);
  assert.match(
    out,
    /^evaluation \[1\] simulated-jade gives 7\.1 \(1 major; \$0\.0004, 900 ms\)\. major accuracy: It never/m,
  );
});

test("planted control characters reach neither a terminal nor a file", () => {
  const story = [
    tell.selected(3, [EVIL]),
    ...[...EVIL].map((character, at) => tell.delta(FIRST, at, character)),
    tell.generated(4, FIRST, EVIL),
    tell.evaluated(5, EVIL, 7, [EVIL]),
    tell.merged(6, [EVIL]),
    tell.event(7, "criticism_addressed", {
      ...{ revision_id: tell.id(50), response_id: SECOND, accepted: [EVIL], specific_improvements: [], total_cost: 0 },
      disputed: [{ id: EVIL, reason: EVIL }],
    }),
    tell.event(8, "error_occurred", {
      ...{ code: EVIL, detail: EVIL, component: "x", recoverable: true, retry_after_ms: null },
    }),
    tell.finished(9, EVIL),
  ];
  for (const look of [live, plain]) {
    const { out, view } = show(story, look);
    assert.doesNotMatch(out + header(EVIL, tell.THREAD, look) + statusOf(view), CONTROL);
  }
  assert.doesNotMatch(setAnswer(EVIL, live), CONTROL);
  assert.match(setAnswer(EVIL, live), /a␛\[31mred␛\]0;title␇ �2J bevil cover␀␡/);
});

test("an answer is set to the width; code, tables and list indents are left as they are", () => {
  const code = `\`\`\`js\n${"x".repeat(90)}\n\tindented  twice\n\`\`\``;
  const item = `- ${"word ".repeat(30).trim()}`;
  const set = setAnswer(`# Title\n\n${item}\n${code}\n| ${"cell | ".repeat(20)}\n`, live);
  assert.ok(set.includes(code));
  assert.ok(set.includes(`| ${"cell | ".repeat(20)}`.trimEnd()));
  const lines = set.split("\n");
  assert.equal(lines[2]?.startsWith("- word"), true);
  assert.equal(lines[3]?.startsWith("  word"), true);
});
