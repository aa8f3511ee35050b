/** The document that describes the API: valid, complete, and true. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { z } from "zod";
import { openByHand } from "./by-hand.ts";

const { door } = await openByHand({ after });

const Operation = z.looseObject({
  operationId: z.string().min(1),
  summary: z.string().min(1),
  tags: z.array(z.string()).min(1),
  parameters: z
    .array(
      z
        .object({ in: z.string(), name: z.string(), required: z.boolean().optional(), schema: z.looseObject({}) })
        .loose(),
    )
    .optional(),
  requestBody: z
    .object({ required: z.boolean(), content: z.record(z.string(), z.object({ schema: z.looseObject({}) })) })
    .optional(),
  responses: z.record(
    z.string(),
    z.looseObject({ description: z.string().min(1), content: z.record(z.string(), z.looseObject({})).optional() }),
  ),
});

const Document = z.object({
  openapi: z.literal("3.1.0"),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
});

const text = (await door.inject({ url: "/openapi.json" })).body;
const document = Document.parse(JSON.parse(text));
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
);

test("it lists exactly these routes", () => {
  assert.deepEqual(operations.map(({ name }) => name).sort(), [
    "DELETE /api/files/{file_id}",
    "DELETE /api/files/{file_id}/upload",
    "DELETE /api/integrations/{name}",
    "DELETE /api/models/{model_name}",
    "DELETE /api/sessions/{session_id}",
    "DELETE /api/threads/{thread_id}/share",
    "GET /api/files/",
    "GET /api/files/events",
    "GET /api/files/processing",
    "GET /api/files/{file_id}/content",
    "GET /api/files/{file_id}/download",
    "GET /api/files/{file_id}/events",
    "GET /api/files/{file_id}/status",
    "GET /api/files/{file_id}/upload",
    "GET /api/health",
    "GET /api/integrations",
    "GET /api/integrations/{name}",
    "GET /api/models/",
    "GET /api/models/specialties/{domain}",
    "GET /api/models/{model_name}",
    "GET /api/orchestrate/models/health",
    "GET /api/orchestrate/settings",
    "GET /api/orchestrate/settings/versions",
    "GET /api/orchestrate/status/{thread_id}",
    "GET /api/sessions/",
    "GET /api/sessions/user/{user_id}",
    "GET /api/sessions/{session_id}",
    "GET /api/sessions/{session_id}/events",
    "GET /api/shared/{share_id}",
    "GET /api/shared/{share_id}/events",
    "GET /api/threads/",
    "GET /api/threads/session/{session_id}",
    "GET /api/threads/{thread_id}",
    "GET /api/threads/{thread_id}/evaluations",
    "GET /api/threads/{thread_id}/events",
    "GET /api/threads/{thread_id}/export",
    "GET /api/threads/{thread_id}/responses",
    "GET /api/threads/{thread_id}/revisions",
    "GET /api/threads/{thread_id}/selections",
    "GET /api/threads/{thread_id}/share",
    "GET /health",
    "GET /v1/models",
    "GET /v1/models/{model}",
    "GET /ws/thread/{thread_id}",
    "GET /ws/{session_id}",
    "POST /api/files/search",
    "POST /api/files/upload",
    "POST /api/files/upload/initiate",
    "POST /api/files/{file_id}/cancel",
    "POST /api/files/{file_id}/retry",
    "POST /api/files/{file_id}/upload",
    "POST /api/integrations/keys/recognize",
    "POST /api/integrations/{name}/test",
    "POST /api/models/",
    "POST /api/models/{model_name}/test",
    "POST /api/orchestrate/iteration",
    "POST /api/orchestrate/preview",
    "POST /api/orchestrate/prompt",
    "POST /api/orchestrate/test",
    "POST /api/sessions/",
    "POST /api/sessions/{session_id}/feedback",
    "POST /api/system/notice",
    "POST /api/threads/",
    "POST /api/threads/{thread_id}/feedback",
    "POST /v1/chat/completions",
    "POST /v1/embeddings",
    "PUT /api/integrations/{name}",
    "PUT /api/models/{model_name}",
    "PUT /api/models/{model_name}/status",
    "PUT /api/orchestrate/settings",
    "PUT /api/orchestrate/stop/{thread_id}",
    "PUT /api/sessions/{session_id}/settings",
    "PUT /api/threads/{thread_id}/final",
    "PUT /api/threads/{thread_id}/share",
    "PUT /api/threads/{thread_id}/status",
  ]);
});

test("every reference leads somewhere, and every contract is used", () => {
  const named = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference ?? ""));
  const known = new Set(Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`));
  assert.deepEqual([...named].sort(), [...known].sort());
});

test("every route has its name, tag, parameters and failures", () => {
  const names = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(names).size, names.length);
  const tags = new Set(document.tags.map(({ name }) => name));
  for (const { name, path, operation } of operations) {
    for (const tag of operation.tags) assert.ok(tags.has(tag), `${name}: ${tag}`);
    const inPath = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === "path")
      .map((parameter) => parameter.name);
    assert.deepEqual(
      inPath,
      [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter),
      name,
    );
    const statuses = Object.keys(operation.responses);
    assert.ok(
      statuses.some((status) => status.startsWith("2") || status === "101"),
      name,
    );
    for (const status of ["403", "405", "500", "503"]) assert.ok(statuses.includes(status), `${name} ${status}`);
    // A socket says it by its close code.
    const isSocket = path.startsWith("/ws/");
    if (/\{(?!user_id|domain)/.test(path) && !isSocket) assert.ok(statuses.includes("404"), `${name} 404`);
    const isOpenAi = path.startsWith("/v1/");
    if (operation.requestBody)
      for (const status of ["400", "413", "415", ...(isOpenAi ? [] : ["422"])])
        assert.ok(statuses.includes(status), `${name} ${status}`);
    const form = isOpenAi ? "application/json" : "application/problem+json";
    for (const [status, { content = {} }] of Object.entries(operation.responses))
      assert.ok(status < "300" || form in content, `${name} ${status}`);
  }
});

test("streams, examples, optional bodies and headers are told", () => {
  const one = (operationId: string) => {
    const found = operations.find(({ operation }) => operation.operationId === operationId);
    assert.ok(found, operationId);
    return found.operation;
  };
  for (const name of ["ask", "listEvents", "followSession", "createChatCompletion"])
    assert.ok("text/event-stream" in (one(name).responses["200"]?.content ?? {}));
  assert.equal(one("stopThread").requestBody?.required, false);
  assert.equal(one("ask").requestBody?.required, true);
  assert.deepEqual(document.components.schemas["AskPromptInput"]?.["example"], {
    ...{ prompt: "Why is the sky blue?", mode: "checked", cost_limit: 0.2 },
  });
  const headers = (name: string) =>
    one(name)
      .parameters?.filter((parameter) => parameter.in === "header")
      .map((parameter) => parameter.name);
  assert.deepEqual(headers("ask"), ["prefer", "idempotency-key"]);
  assert.deepEqual(headers("createChatCompletion"), ["idempotency-key"]);
  assert.deepEqual(headers("listEvents"), ["last-event-id"]);
  assert.ok("204" in one("endSession").responses);
});

test("the page at /docs needs nothing from elsewhere", async () => {
  const page = await door.inject({ url: "/docs" });
  assert.equal(page.statusCode, 200);
  assert.match(String(page.headers["content-type"]), /^text\/html/);
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");
  assert.ok(links.length >= 5);
  for (const url of links) {
    assert.match(url, /^\/docs\//);
    assert.equal((await door.inject({ url })).statusCode, 200, url);
  }
  assert.ok(!/<script>|<style>| style=| on\w+=/.test(page.body), "nothing inline that its policy forbids");
  const json = await door.inject({ url: "/docs/json" });
  assert.deepEqual(json.json(), JSON.parse(text));
});
