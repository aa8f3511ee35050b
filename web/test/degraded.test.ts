/** What is told of troubles: the worst first, nothing when all went well, and where to mend it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ConcernSource, concernsOf, remedyOf } from "../src/thread/degraded.ts";
import {
  emptyView,
  type Finish,
  type Iteration,
  type Judgement,
  type Trouble,
  type Version,
} from "../src/thread/view.ts";

const trouble = (rest: Partial<Trouble>): Trouble => ({
  ...{
    seq: 4,
    kind: "retry",
    iteration: 1,
    model: "onyx",
    to: null,
    code: "provider.rate_limited",
    detail: "429: slow down",
  },
  ...{ recoverable: true, retryAfterMs: 4_000, at: "2026-01-01T00:00:00Z" },
  ...rest,
});
const judged = (model: string, state: Judgement["state"], at: Trouble | null = null) =>
  ({ model, state, trouble: at }) as Judgement;
const iteration = (rest: Partial<Iteration>): Iteration => ({
  ...{
    number: 1,
    author: "flint",
    startedAt: null,
    version: null,
    judgements: [],
    points: [],
    reply: null,
    gainOver: null,
  },
  ...{ score: null, gain: null, decision: null, decisionReason: null, best: false },
  ...rest,
});
const version = { model: "flint", finishReason: "stop" } as Version;
const ended = (rest: Partial<Finish>) =>
  ({ thread_status: "completed", stop_reason: null, failure_reason: null, ...rest }) as Finish;
const concerns = (rest: Partial<ConcernSource>) => concernsOf({ ...emptyView, ...rest });

test("nothing is told when all went well", () => {
  assert.deepEqual(concerns({ phase: "completed", iterations: [iteration({ version })], finish: ended({}) }), []);
});

test("who is asked again is told while the thread runs, and not after", () => {
  const writing = { phase: "answering" as const, iterations: [iteration({ author: "onyx" })], troubles: [trouble({})] };
  const [retry] = concerns(writing);
  assert.deepEqual(retry, {
    ...{ kind: "retry", model: "onyx", code: "provider.rate_limited", detail: "429: slow down" },
    ...{ waitMs: 4_000, underWay: true },
  });
  const written = concerns({ ...writing, iterations: [iteration({ author: "onyx", version })] });
  assert.equal(written[0]?.kind === "retry" && written[0].underWay, false);
  assert.deepEqual(concerns({ ...writing, finish: ended({}) }), []);
});

test("critics that failed are counted and named with their provider's words", () => {
  const failure = trouble({ kind: "evaluation", model: "pearl", recoverable: false });
  const judgements = [judged("coral", "done"), judged("pearl", "failed", failure)];
  assert.deepEqual(concerns({ iterations: [iteration({ version, judgements })], troubles: [failure] }), [
    {
      ...{ kind: "critics", iteration: 1, answered: 1, asked: 2 },
      failed: [{ model: "pearl", code: "provider.rate_limited", detail: "429: slow down" }],
    },
  ]);
});

test("a failure comes first, with the words of what ended it", () => {
  const fallback = trouble({
    kind: "fallback",
    to: "opal",
    recoverable: false,
    code: "provider.no_credit",
    detail: "402: pay",
  });
  const error = trouble({ kind: "error", recoverable: false, code: "provider.no_credit", detail: "nobody is left" });
  const finish = ended({ thread_status: "failed", failure_reason: "provider.no_credit" });
  const [first, second] = concerns({ phase: "failed", troubles: [fallback, error], finish });
  assert.deepEqual(first, { kind: "failed", code: "provider.no_credit", detail: "nobody is left" });
  assert.equal(second?.kind, "fallback");
});

test("a spent budget takes the place of its warning, and an answer that was cut says so", () => {
  const limit = trouble({ kind: "limit", code: "cost_limit", detail: "80 % are spent" });
  const cut = iteration({ version: { ...version, finishReason: "length" }, best: true });
  assert.deepEqual(
    concerns({ iterations: [cut], troubles: [limit] }).map(({ kind }) => kind),
    ["limit", "cut"],
  );
  const finish = ended({ stop_reason: "cost_limit" });
  assert.deepEqual(
    concerns({ phase: "completed", troubles: [limit], finish }).map(({ kind }) => kind),
    ["budget"],
  );
});

test("a stop by the user is no concern; critics that the money did not reach are one, unless it ended for that", () => {
  const stopped = ended({ thread_status: "failed", failure_reason: "thread.stopped" });
  assert.deepEqual(concerns({ phase: "stopped", finish: stopped }), []);
  const start = { cost_limit: 0.05 } as ConcernSource["start"];
  const iterations = [iteration({ version, judgements: [judged("coral", "done"), judged("pearl", "unasked")] })];
  const kinds = (stop_reason: Finish["stop_reason"]) =>
    concerns({ phase: "completed", start, iterations, finish: ended({ stop_reason }) }).map(({ kind }) => kind);
  assert.deepEqual(kinds("threshold_met"), ["unasked"]);
  assert.deepEqual(kinds("cost_limit"), ["budget"]);
});

test("a fault that can be mended leads to where", () => {
  assert.equal(remedyOf("provider.key_rejected")?.href, "/settings/keys");
  assert.equal(remedyOf("provider.model_unknown")?.href, "/models");
  assert.equal(remedyOf("provider.unreachable"), null);
});
