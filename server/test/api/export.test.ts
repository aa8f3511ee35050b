/** A thread to take away: whole, safe, and honest about what it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ThreadExport } from "@orchestratex/sdk/contract";
import { fenced, inline } from "../../src/api/markdown.ts";
import type { Provider } from "../../src/providers/provider.ts";
import { openTestApp, type TestApp } from "../app.ts";

const REVISED = { mode: "checked", quality_threshold: 10, max_iterations: 3 };

const get = (app: TestApp, url: string, headers: Record<string, string> = {}) =>
  app.door.inject({ url, headers: { host: "localhost", ...headers } });

async function json(app: TestApp, id: string): Promise<ThreadExport> {
  const reply = await get(app, `/api/threads/${id}/export`);
  assert.equal(reply.statusCode, 200, reply.body);
  assert.equal(reply.headers["content-type"], "application/json; charset=utf-8");
  assert.equal(reply.headers["content-disposition"], `attachment; filename="orchestratex-thread-${id}.json"`);
  return ThreadExport.parse(reply.json());
}

async function markdown(app: TestApp, id: string): Promise<string> {
  const reply = await get(app, `/api/threads/${id}/export?format=markdown`);
  assert.equal(reply.statusCode, 200, reply.body);
  assert.equal(reply.headers["content-type"], "text/markdown; charset=utf-8");
  assert.equal(reply.headers["content-disposition"], `attachment; filename="orchestratex-thread-${id}.md"`);
  return reply.body;
}

/** The lines that are not inside a fence. */
function outside(document: string): string[] {
  let fence = "";
  return document.split("\n").filter((line) => {
    const [run = ""] = /^`{3,}/.exec(line) ?? [];
    if (fence === "" && run !== "") fence = run;
    else if (fence !== "" && line === fence) fence = "";
    else return fence === "";
    return false;
  });
}

test("JSON has everything the thread has, with its session's settings", async (t) => {
  const app = await openTestApp(t);
  const session = await app.session({ quality_threshold: 9.5, mode: "checked" });
  const { thread_id } = await app.ask("Why is the sky blue?", {
    ...REVISED,
    session_id: session.id,
    context: "Physics",
  });
  const thread = await app.thread(thread_id);
  const exported = await json(app, thread_id);
  assert.deepEqual([exported.format, exported.version, exported.running], ["orchestratex.thread", 1, false]);
  for (const part of ["selections", "responses", "evaluations", "revisions"] as const)
    assert.deepEqual(new Set(exported[part].map(({ id }) => id)), new Set(thread[part].map(({ id }) => id)), part);
  assert.deepEqual(exported.responses, thread.responses);
  assert.deepEqual(exported.events, await app.events(thread_id));
  const { links: _, ...state } = exported.thread;
  assert.equal(state.final_response, thread.final_response);
  assert.deepEqual([state.context, exported.session.settings], ["Physics", session.settings]);
});

test("Markdown tells people who wrote what, who criticised it, and what became of each point", async (t) => {
  const app = await openTestApp(t);
  const { thread_id } = await app.ask("Why is the sky blue?", REVISED);
  const thread = await app.thread(thread_id);
  const text = await markdown(app, thread_id);
  const lines = outside(text);
  assert.ok(text.startsWith("# Why is the sky blue?\n\n> **Simulated.**"));
  for (const heading of ["## Prompt", "## Answer", "## Iterations", "### Criticism", "## Money", "## What happened"])
    assert.ok(lines.includes(heading), heading);
  assert.ok(text.includes(`\n${thread.final_response}\n`), "the answer as it is");
  for (const { evaluator_model, criticisms } of thread.evaluations) {
    assert.ok(text.includes(evaluator_model));
    for (const { point } of criticisms) assert.ok(text.includes(inline(point)), point);
  }
  const [revision] = thread.revisions;
  assert.ok(revision && revision.accepted.length > 0);
  assert.equal(text.includes("**Accepted** by"), true);
  assert.equal(
    text.includes("**Disputed** by"),
    thread.revisions.some(({ disputed }) => disputed.length > 0),
  );
  assert.ok(!text.includes("Still running"));
  const accepting = await get(app, `/api/threads/${thread_id}/export`, { accept: "text/markdown" });
  assert.match(String(accepting.headers["content-type"]), /^text\/markdown/);
  const both = await get(app, `/api/threads/${thread_id}/export?format=json`, { accept: "text/markdown" });
  assert.match(String(both.headers["content-type"]), /^application\/json/);
  assert.equal((await get(app, `/api/threads/${thread_id}/export?format=pdf`)).statusCode, 422);
  assert.equal((await get(app, "/api/threads/01993c00-0000-7000-8000-000000000009/export")).statusCode, 404);
});

test("what models and users wrote stays inside its place", async (t) => {
  const app = await openTestApp(t);
  const evil =
    "EVIL\r\n```\n# EVIL\n</blockquote><script>EVIL</script>\n````` \n`````\n[EVIL](http://evil)\n| EVIL |\u001b[2J\n---\n~~~";
  const { thread_id } = await app.ask("Why is the sky blue?", REVISED);
  await app.store.sql
    .updateTable("conversation_threads")
    .set({ original_prompt: evil, final_response: evil, user_comment: evil })
    .execute();
  await app.store.sql.updateTable("model_responses").set({ response_text: evil, error_message: evil }).execute();
  await app.store.sql
    .updateTable("model_selection_history")
    .set({ reasoning: `1. ${evil}`, override_reasons: evil })
    .execute();
  const point = { id: "c1", point: evil, quote: evil, suggestion: evil, criterion: "accuracy", severity: "major" };
  await app.store.exec(`update model_evaluations set criticisms = $$[${JSON.stringify(point)}]$$::jsonb`);
  await app.store.exec(
    `update criticism_responses set accepted = '{}', disputed = $$[${JSON.stringify({ id: "c1", reason: evil })}]$$::jsonb`,
  );
  const text = await markdown(app, thread_id);
  assert.ok(text.includes("**Disputed** by"));
  assert.doesNotMatch(text, /[^\P{Cc}\t\n]/u, "no control characters");
  const lines = outside(text);
  assert.ok(lines.includes("## What happened"), "every fence is closed");
  for (const line of lines.filter((each) => each.includes("EVIL"))) {
    assert.match(line, /^(# |\| Your word \||It failed: |- \*\*c1\*\*|\s+- |1\\\. |EVIL )/, line);
    assert.doesNotMatch(line.replace(/\\./g, ""), /[<[\]`#](?! )|<script/, line);
  }
  assert.equal(inline("---"), "\\---");
  assert.equal(inline("a | b\n# c"), "a \\| b \\# c");
  assert.ok(fenced("x ``````` y").startsWith("````````text\n"));
});

test("ten iterations of long texts come whole, in both forms", async (t) => {
  const app = await openTestApp(t);
  const { thread_id, session_id } = await app.ask("Why?", { mode: "quick" });
  await app.store.exec(`insert into model_responses (thread_id, session_id, iteration_number, model_name, role, response_type,
      step, status, response_text, prompt_sent)
    select '${thread_id}', '${session_id}', 1 + n / 5, 'simulated-opal', case n % 5 when 0 then 'refiner' else 'evaluator' end::response_role,
      'improvement', 'x' || n, 'completed', repeat('long text ', 10000), repeat('prompt ', 20000) from generate_series(0, 49) n`);
  const exported = await json(app, thread_id);
  assert.equal(exported.responses.length, 51);
  assert.ok(exported.responses.slice(1).every(({ response_text }) => response_text?.length === 100_000));
  const text = await markdown(app, thread_id);
  assert.ok(text.length > 1_000_000 && text.includes("## Iteration 10: revision by simulated-opal"));
});

test("a thread that runs is exported as it is, and says so", async (t) => {
  const never: Provider = {
    id: "simulated",
    async *call(_request, signal) {
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
      yield { type: "text-delta", text: "" };
    },
  };
  const app = await openTestApp(t, {}, undefined, { providers: new Map([["simulated", never]]) });
  const id = await app.start("Why?");
  await app.until(id, "model_selected");
  const exported = await json(app, id);
  assert.deepEqual([exported.running, exported.thread.final_response], [true, null]);
  assert.equal(exported.events.length, exported.thread.last_seq);
  assert.match(await markdown(app, id), /> \*\*Still running\*\* when it was exported at \d{4}-/);
});
