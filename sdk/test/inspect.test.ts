/** What `inspect.ts` sends, and what it makes of the answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, UnexpectedReplyError } from "../src/client.ts";
import { modelsHealth, modelTest, selfTest, threadItem } from "../src/contract/inspect-examples.ts";
import { Share, SharedThread } from "../src/contract/shares.ts";
import { json, openScripted, problem } from "./scripted.ts";
import { started, THREAD } from "./story.ts";

const NOTHING = { items: [], next_cursor: null };
const base = `/api/threads/${THREAD}`;

test("filters are sent as they are, and those that are not given are not", async (t) => {
  const { url, seen } = await openScripted(t, {
    "GET /api/threads/": [json(200, { items: [threadItem], next_cursor: "x y" })],
    "GET /api/threads/?q=100%25+%26+more&limit=5&simulated=false": [json(200, NOTHING)],
    [`GET /api/threads/session/${THREAD}?status=running`]: [json(200, NOTHING)],
    [`GET ${base}/responses?role=evaluator&iteration=2`]: [json(200, NOTHING)],
    [`GET ${base}/evaluations`]: [json(200, NOTHING)],
    [`GET ${base}/selections?phase=final`]: [json(200, NOTHING)],
    [`GET ${base}/revisions?cursor=a%2Fb`]: [json(200, NOTHING)],
    "GET /api/models/specialties/a%2Fb": [json(200, NOTHING)],
  });
  const client = createClient({ baseUrl: url });
  assert.deepEqual(await client.threads(), { items: [threadItem], next_cursor: "x y" });
  await client.threads({ q: "100% & more", limit: 5, simulated: false, domain: undefined });
  await client.threadsOfSession(THREAD, { status: "running" });
  await client.responses(THREAD, { role: "evaluator", iteration: 2 });
  await client.evaluations(THREAD);
  await client.selections(THREAD, { phase: "final" });
  await client.revisions(THREAD, { cursor: "a/b" });
  assert.deepEqual(await client.specialists("a/b"), []);
  assert.equal(seen.length, 8);
});

test("a page of events leaves out kinds that only newer servers know, and refuses what does not fit", async (t) => {
  const newer = { ...started(2), event_type: "sang_a_song" };
  const broken = { ...started(3), details: {} };
  const query = "?after=1&event_type=orchestration_started&event_type=model_selected";
  const { url } = await openScripted(t, {
    [`GET ${base}/events${query}`]: [json(200, { items: [started(1), newer], next_cursor: "2" })],
    [`GET ${base}/events`]: [json(200, { items: [broken], next_cursor: null })],
  });
  const client = createClient({ baseUrl: url });
  const event_type = ["orchestration_started", "model_selected"] as const;
  const { items, next_cursor } = await client.events(THREAD, { after: 1, event_type: [...event_type] });
  assert.deepEqual([items.map(({ seq }) => seq), next_cursor], [[1], "2"]);
  await assert.rejects(client.events(THREAD), UnexpectedReplyError);
});

test("an export comes as it is sent; models and the server are tested, looked at and switched", async (t) => {
  const { url, seen } = await openScripted(t, {
    [`GET ${base}/export?format=markdown`]: [(response) => void response.writeHead(200).end("# Why?\n")],
    [`GET ${base}/export?format=json`]: [problem(404, "thread.not_found")],
    "POST /api/models/claude/test": [json(200, modelTest)],
    "GET /api/orchestrate/models/health": [json(200, modelsHealth)],
    "POST /api/orchestrate/test": [json(200, selfTest)],
    "PUT /api/models/claude/status": [problem(409, "model.no_provider")],
  });
  const client = createClient({ baseUrl: url });
  assert.equal(await new Response(await client.exportThread(THREAD, "markdown")).text(), "# Why?\n");
  await assert.rejects(client.exportThread(THREAD), { name: "ApiError", code: "thread.not_found" });
  assert.deepEqual(await client.testModel("claude"), modelTest);
  assert.deepEqual(await client.modelsHealth(), modelsHealth);
  assert.deepEqual(await client.selfTest(), selfTest);
  await assert.rejects(client.setModelStatus("claude", { is_available: true }), { code: "model.no_provider" });
  assert.equal(seen.at(-1)?.body, '{"is_available":true}');
});

test("a thread is shared, looked at by its link, and not shared any more", async (t) => {
  const own = `${base}/share`;
  const link = Share.meta()?.["example"] as Share;
  const shown = SharedThread.meta()?.["example"];
  const { url, seen } = await openScripted(t, {
    [`PUT ${own}`]: [json(200, link)],
    [`GET ${own}`]: [json(200, { share: link }), json(200, { share: null })],
    [`DELETE ${own}`]: [json(200, { share: null })],
    [`GET /api/shared/${link.id}`]: [json(200, shown), problem(404, "share.not_found")],
    [`GET /api/shared/${link.id}/events?after=4&limit=500`]: [json(200, { items: [started(5)], next_cursor: null })],
  });
  const client = createClient({ baseUrl: url });
  assert.deepEqual(await client.share(THREAD), link);
  assert.deepEqual([await client.shareOf(THREAD), await client.shareOf(THREAD)], [link, null]);
  assert.deepEqual(await client.shared(link.id), shown);
  const { items } = await client.sharedEvents(link.id, { after: 4, limit: 500 });
  assert.deepEqual(
    items.map(({ seq }) => seq),
    [5],
  );
  await client.unshare(THREAD);
  await assert.rejects(client.shared(link.id), { name: "ApiError", code: "share.not_found" });
  assert.equal(seen.length, 7);
});
