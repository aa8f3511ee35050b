/** Models, health, the pages for people, and the list of errors. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { Profile } from "@orchestratex/sdk/contract";
import { errorsMarkdown } from "../../src/api/faults.ts";
import { faultCodes, faultOf } from "../../src/errors.ts";
import { openTestApp } from "../app.ts";
import { openByHand } from "./by-hand.ts";

const place = await openByHand({ after });
const get = (url: string) => place.door.inject({ url });

test("models are listed by name and found by every name they go by", { timeout: 60_000 }, async (t) => {
  const app = await openTestApp(t);
  const { body } = await app.send("GET", "/api/models/");
  const profiles = (body["items"] as unknown[]).map((item) => Profile.parse(item));
  assert.ok(profiles.filter(({ simulated }) => simulated).length === 8 && profiles.length >= 16);
  assert.ok(profiles.every(({ simulated, model_name }) => simulated === model_name.startsWith("simulated-")));
  const first = profiles[0]?.model_name ?? "";
  assert.deepEqual(
    (await app.send("GET", `/api/models/${first}/`)).body,
    body["items"] && (body["items"] as unknown[])[0],
  );
  const missing = await app.send("GET", "/api/models/gpt-99");
  assert.deepEqual([missing.status, missing.body["code"]], [404, "model.not_found"]);

  const health = await app.send("GET", "/api/health");
  assert.equal(health.status, 200);
  assert.equal(health.body["status"], "ok");
  const parts = Object(health.body["parts"]);
  assert.deepEqual(parts.models, { status: "ok", available: 8, simulated: true });
  assert.deepEqual(parts.jobs, { status: "ok", queued: 0, running: 0 });
  assert.equal(parts.database.status, "ok");
  assert.ok(parts.database.response_time >= 0);
});

test("without a model that can answer, the server lives but its health is degraded", async () => {
  assert.deepEqual(Object.keys((await get("/health")).json()).sort(), ["status", "uptime", "version"]);
  const { status, parts } = (await get("/api/health")).json();
  assert.deepEqual([status, parts.models], ["degraded", { status: "degraded", available: 0, simulated: false }]);
});

test("a database that does not answer is a failure that says so; a stopping server too", async (t) => {
  const other = await openByHand(t);
  await other.database.end();
  const health = await other.door.inject({ url: "/api/health" });
  assert.deepEqual([health.statusCode, health.json().code], [503, "store.failed"]);
  const lost = await other.door.inject({ url: "/health" });
  assert.deepEqual([lost.statusCode, lost.json().code], [503, "store.failed"]);
  other.stopping.abort();
  const alive = await other.door.inject({ url: "/health" });
  assert.deepEqual([alive.statusCode, alive.json().code, alive.headers["retry-after"]], [503, "server.stopping", "1"]);
});

test("docs/errors.md has exactly the codes there are, as they are", () => {
  const file = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
  const make = `node -e 'import("./server/src/api/faults.ts").then(m => fs.writeFileSync("docs/errors.md", m.errorsMarkdown()))'`;
  assert.equal(file, errorsMarkdown(), `make it again: ${make}`);
  const rows = [
    ...file.matchAll(/^\| <a id="[^"]+"><\/a>`([^`]+)` \| (\d+) \| (yes|no) \| ([^|]+) \| [^|]{10,} \|$/gm),
  ];
  assert.deepEqual(
    rows.map(([, code, status, retry, title]) => ({ code, status: Number(status), retry: retry === "yes", title })),
    faultCodes.map((code) => ({ code, ...faultOf(code) })),
  );
});

test("a problem's type leads to its row on the page of errors", async () => {
  const { type } = (await get("/nope")).json();
  const [path, anchor] = type.split("#");
  const page = await get(path);
  assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
  assert.ok(page.body.includes(`<tr id="${anchor}">`));
  for (const code of faultCodes) assert.ok(page.body.includes(`<tr id="${code}">`), code);
});
