/** Asking and the first steps, as far as they are logic: the request, the estimate, the steps and the way of a key. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { IntegrationTest } from "@orchestratex/sdk/contract";
import { AskPrompt } from "@orchestratex/sdk/contract";
import { countRange, heedOf, timeRange, upward } from "../src/ask/estimate.ts";
import {
  blank,
  bodyOf,
  canSend,
  draftFrom,
  extrasIn,
  type Form,
  habitsIn,
  lengthOf,
  planOf,
  repeats,
  usual,
  wishesIn,
} from "../src/ask/form.ts";
import { idle, isBusy, type KeyNews, nextOf } from "../src/setup/key-flow.ts";
import { beside, progressOf, stepOf } from "../src/setup/steps.ts";

const form = (change: Partial<Form> = {}): Form => ({
  ...blank,
  ...{ text: "Why?", mode: "auto", strategy: "hybrid", budget: null },
  ...change,
});

test("a question is asked with what was chosen and nothing else", () => {
  assert.deepEqual(bodyOf(form({ text: "  Why?\n" }), null), { prompt: "Why?", mode: "auto", strategy: "hybrid" });
  const session = "01a1ff8d-bf55-7675-957b-e61cfc0bcc9e";
  const full = form({
    ...{ budget: 0, model: "gpt4", context: "It rains.", threshold: "8,5", iterations: "2", evaluators: "0" },
    ...{ seconds: "1.5", excluded: ["grok"], forget: true },
  });
  const body = bodyOf(full, session);
  assert.deepEqual(body, {
    ...{ prompt: "Why?", mode: "auto", strategy: "hybrid", session_id: session, context: "It rains.", cost_limit: 0 },
    ...{ model_name: "gpt4", quality_threshold: 8.5, max_iterations: 2, evaluators: 0, deadline_ms: 1_500 },
    ...{ excluded_models: ["grok"], context_mode: "none" },
  });
  assert.equal(AskPrompt.safeParse(body).success, true);
  assert.deepEqual([extrasIn(full, true), extrasIn(full, false), extrasIn(blank, true)], [7, 6, 0]);
});

test("what stays from question to question is told where it is not as usual", () => {
  assert.deepEqual(habitsIn(form({ mode: "thorough", budget: 0 })), ["mode", "budget"]);
  assert.deepEqual([habitsIn(form(usual)), habitsIn(form({ strategy: "cost" }))], [[], ["strategy"]]);
});

test("half a number is none, and what makes no sense is left to the server to name", () => {
  assert.equal("max_iterations" in bodyOf(form({ iterations: "-" }), null), false);
  assert.equal(bodyOf(form({ iterations: "99" }), null).max_iterations, 99);
});

test("the length is told near its limit alone, as the server counts it", () => {
  assert.equal(lengthOf("a".repeat(89_999)), null);
  assert.equal(lengthOf(`${" ".repeat(100_000)}a`), null);
  assert.deepEqual(lengthOf("a".repeat(100_000)), { used: 100_000, max: 100_000, over: false });
  assert.equal(lengthOf(`${"a".repeat(100_001)} `)?.over, true);
  const allowed = ["a".repeat(100_000), "a".repeat(100_001), " ", ""].map((text) => canSend(form({ text })));
  assert.deepEqual(allowed, [true, false, false, false]);
});

test("a mode is told by the settings of now", () => {
  const modes = {
    quick: { evaluators: 0, max_iterations: 3 },
    checked: { evaluators: 2, max_iterations: 2 },
    thorough: { evaluators: 4, max_iterations: 3 },
  };
  const plans = (["auto", "quick", "thorough"] as const).map((mode) => planOf(mode, { modes, max_iterations: null }));
  assert.deepEqual(plans, [null, { evaluators: 0, iterations: 1 }, { evaluators: 4, iterations: 3 }]);
  assert.deepEqual(planOf("checked", { modes, max_iterations: 5 }), { evaluators: 2, iterations: 5 });
});

test("an address may bring a prompt and a mode; what it cannot mean is not taken", () => {
  assert.deepEqual(wishesIn(new URLSearchParams("prompt=Why%3F&mode=quick")), { text: "Why?", mode: "quick" });
  assert.deepEqual(wishesIn(new URLSearchParams("prompt=&mode=direct")), {});
});

test("a kept draft comes back, a broken one does no harm", () => {
  const draft = { ...blank, text: "half a", model: "gpt4", excluded: ["grok"] };
  assert.deepEqual(draftFrom(JSON.stringify(draft)), draft);
  assert.deepEqual(draftFrom('{"text":1,"excluded":[2],"model":3,"strange":true}'), blank);
  for (const broken of [null, "null", "[", "7"]) assert.deepEqual(draftFrom(broken), blank);
});

test("the same question keeps its key until it has arrived", () => {
  let made = 0;
  const keys = repeats(() => String(++made));
  const [one, other] = [bodyOf(form(), null), bodyOf(form({ text: "How?" }), null)];
  assert.deepEqual([keys.keyOf(one), keys.keyOf({ ...one }), keys.keyOf(other), keys.keyOf(one)], ["1", "1", "2", "3"]);
  keys.done();
  assert.equal(keys.keyOf(one), "4");
});

test("at most is never less than what was said", () => {
  const said = [0, 0.0012054, 0.0012, 0.2203176, 0.22, 1.234, 12];
  assert.deepEqual(
    said.map((dollars) => Number(upward(dollars).toFixed(9))),
    [0, 0.0013, 0.0012, 0.221, 0.22, 1.24, 12],
  );
  for (const dollars of said) assert.ok(upward(dollars) >= dollars - 1e-12);
});

test("ranges of time and calls are told in whole units, outward", () => {
  assert.equal(timeRange({ low: 1_916, high: 7_664 }, "en"), "1–8 sec");
  assert.equal(timeRange({ low: 300, high: 400 }, "en"), "1 sec");
  assert.equal(timeRange({ low: 61_000, high: 125_000 }, "en"), "1–3 min");
  assert.equal(countRange({ low: 3, high: 6 }, "de"), "3–6");
  assert.equal(countRange({ low: 1, high: 1 }, "de"), "1");
});

test("one's own choice is no news", () => {
  assert.deepEqual([heedOf(["named"], true), heedOf(["a", "b"], true), heedOf(["a"], false)], [0, 1, 1]);
});

test("the first steps are gone through both ways, and taken up where they were left", () => {
  assert.deepEqual(
    [stepOf(null, null), stepOf("care", "models"), stepOf("x", "models")],
    ["machine", "care", "models"],
  );
  assert.deepEqual([beside("machine", -1), beside("machine", 1), beside("care", 1)], [null, "models", null]);
  assert.deepEqual(
    (["machine", "models", "care"] as const).map((step) => progressOf(step, "models")),
    ["done", "now", "later"],
  );
});

const tested = (ok: boolean) => ({ name: "openai", ok }) as IntegrationTest;
const after = (...news: KeyNews[]) => news.reduce(nextOf, idle);

test("a key is kept only once its owner took it", () => {
  const found: KeyNews[] = [{ type: "started" }, { type: "recognized", name: "openai", candidates: ["openai"] }];
  const taken: KeyNews[] = [...found, { type: "tested", test: tested(true) }, { type: "keep" }];
  assert.equal(after(...taken).at, "keeping");
  assert.equal(after(...taken, { type: "stored" }).at, "kept");
  assert.equal(after(...found, { type: "tested", test: tested(false) }, { type: "keep" }).at, "tried");
  assert.equal(after(...found, { type: "keep" }).at, "trying");
  const [broken, again] = [after(...taken, { type: "broken", error: "x" }), { type: "keep" } as const];
  assert.deepEqual([broken.at, "error" in broken && broken.error], ["tried", "x"]);
  assert.equal(nextOf(broken, again).at, "keeping");
});

test("a key that may belong to several is sent to nobody before one was named", () => {
  const several = after({ type: "started" }, { type: "recognized", name: null, candidates: ["mistral", "together"] });
  assert.deepEqual(several, { at: "choosing", candidates: ["mistral", "together"] });
  assert.deepEqual(nextOf(several, { type: "named", name: "mistral" }), { at: "trying", name: "mistral" });
});

test("another text starts anew, and what was under way counts no more", () => {
  const typed = after({ type: "started" }, { type: "typed" });
  const late: KeyNews[] = [
    { type: "recognized", name: "openai", candidates: ["openai"] },
    { type: "tested", test: tested(true) },
    { type: "broken", error: 1 },
  ];
  for (const news of late) assert.deepEqual(nextOf(typed, news), idle);
  assert.deepEqual(nextOf(after({ type: "started" }), { type: "broken", error: 1 }), {
    at: "failed",
    name: null,
    error: 1,
  });
  assert.deepEqual([isBusy(typed), isBusy({ at: "recognizing" })], [false, true]);
});
