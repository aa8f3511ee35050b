/** Keys are planted wherever they can come in, vendors shout them back, and nothing that goes out or stays holds one. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { sql } from "kysely";
import { openApp } from "../src/app.ts";
import { openLog } from "../src/log.ts";
import type { Database } from "../src/store/database.ts";
import { openStore } from "../src/store/open.ts";
import { testConfig } from "./app.ts";
import { embeddedOnly, temporaryFolder } from "./store.ts";

const planted = {
  environment: "sk-proj-PLANTEDenvironment0001abcdefgh",
  second: "sk-proj-PLANTEDsecond00000002abcdefgh",
  stored: "PLANTEDstored0000000000003abcdefghij",
  header: "PLANTEDheader000000000000004abcdefgh",
  tried: "PLANTEDtried00000000000005abcdefghij",
  encryption: "PLANTEDencryption0000000006abcdefghij",
};

/** How a vendor may answer who has shown it a key: each quotes all the headers it was sent. */
const answers: readonly ((response: ServerResponse, said: string, request: IncomingMessage) => void)[] = [
  (response, said) =>
    json(response, 401, { error: { message: `Incorrect API key provided: ${said}`, code: "invalid_api_key" } }),
  (response, said) => json(response, 400, { error: { message: said, type: said, code: said } }),
  (response, said) => json(response, 500, { error: said, detail: { headers: said } }),
  (response, said) =>
    void response.writeHead(502, { "content-type": "text/html" }).end(`<html><pre>${said}</pre></html>`),
  (response, said) =>
    void response.writeHead(200, { "content-type": "text/html" }).end(`<html><pre>${said}</pre></html>`),
  (response, said) => void response.writeHead(200, { "content-type": "application/json" }).end(`{"choices": ${said}`),
  (response, said) =>
    void response
      .writeHead(200, { "content-type": "text/event-stream" })
      .end(`data: {"error": {"message": ${JSON.stringify(said)}}}\n\n`),
  (response, said) =>
    void response.writeHead(307, { location: `http://127.0.0.1:1/${encodeURIComponent(said)}` }).end(said),
  (response) => void response.destroy(),
];

const json = (response: ServerResponse, status: number, body: object): void =>
  void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

async function openShouter(t: TestContext) {
  let calls = 0;
  let listing = true;
  const server = createServer((request, response) => {
    request.resume();
    const said = JSON.stringify(request.headers);
    if (request.method === "GET" && listing) return json(response, 200, { data: [{ id: "shouted" }] });
    answers[calls++ % answers.length]?.(response, said, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls: () => calls,
    shoutLists() {
      listing = false;
    },
  };
}

const found = (text: string | Buffer): string[] =>
  Object.values(planted).filter((key) =>
    [
      key,
      encodeURIComponent(key),
      Buffer.from(key).toString("base64").slice(0, -4),
      Buffer.from(key).toString("hex"),
    ].some((form) => text.includes(form)),
  );

async function everyRow(database: Database): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select quote_ident(relname) as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
  `.execute(database.sql);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`${sql.raw(`select t::text as row from ${name} t`)}`.execute(
      database.sql,
    );
    texts.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  assert.ok(tables.length > 20 && texts.some((text) => text.startsWith("external_integrations ")));
  return texts.join("\n");
}

const everyFile = (folder: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

async function openPlanted(t: TestContext, url: string) {
  const folder = temporaryFolder();
  const config = testConfig({
    ...{ ORCHESTRATEX_DATA: folder, ENCRYPTION_KEY: planted.encryption, LOG_LEVEL: "debug" },
    ...{ OPENAI_API_KEY: `${planted.environment},${planted.second}`, OPENAI_BASE_URL: url, MISTRAL_BASE_URL: url },
    ORCHESTRATEX_SIMULATED: "off",
  });
  const said: string[] = [];
  const log = openLog("debug", { write: (line: string) => void said.push(line) });
  const store = await openStore({ dataDir: folder, fsync: false });
  const app = await openApp(config, log, { open: async () => ({ ...store, close: async () => {} }) });
  t.after(() => store.close());
  await app.ready();
  const send = async (method: "GET" | "POST" | "PUT", url: string, payload?: object, headers = {}) => {
    const reply = await app.door.inject({
      method,
      url,
      headers: { host: "localhost", ...headers },
      ...(payload && { payload }),
    });
    said.push(JSON.stringify(reply.headers), reply.body);
    return reply;
  };
  return { app, store, folder, said, send };
}

type Planted = Awaited<ReturnType<typeof openPlanted>>;

/** Through every door there is to a vendor. */
async function provoke({ send }: Planted, url: string): Promise<void> {
  await send("PUT", "/api/integrations/mistral", { key: planted.stored, headers: { "x-planted": planted.header } });
  await send("PUT", "/api/integrations/house", {
    key: planted.stored,
    base_url: url,
    headers: { authorization: planted.header },
  });
  await send("PUT", "/api/integrations/openai", { key: planted.tried });
  await send("PUT", "/api/integrations/mistral", {
    key: planted.tried,
    colour: planted.tried,
    base_url: `http://x:${planted.tried}@y`,
  });
  const facts = {
    max_context_length: 32_000,
    cost_per_input_token: 0,
    cost_per_output_token: 0,
    model_version: "shouted",
  };
  const provoked = ["openai", "mistral", "house"].map(async (provider) => {
    const model_name = `loud-${provider}`;
    assert.equal((await send("POST", "/api/models/", { ...facts, provider, model_name })).statusCode, 201);
    for (let attempt = 0; attempt < answers.length; attempt++) {
      await send("POST", `/api/models/${model_name}/test`);
      await send("PUT", `/api/models/${model_name}/status`, { is_available: true });
    }
    const body = { prompt: "Say hello", mode: "quick", model_name };
    const thread = await send("POST", "/api/orchestrate/prompt", body, { prefer: "wait=60" });
    const { thread_id } = JSON.parse(thread.body) as { thread_id: string };
    assert.ok(thread_id, thread.body);
    await send("GET", `/api/threads/${thread_id}`);
    await send("GET", `/api/threads/${thread_id}/events?limit=100`);
    await send("GET", `/api/threads/${thread_id}/export`);
  });
  await Promise.all(provoked);
}

test("planted keys are found in no answer, no event, no log line, no table and no file", embeddedOnly, async (t) => {
  const shouter = await openShouter(t);
  const opened = await openPlanted(t, shouter.url);
  const { app, store, folder, said, send } = opened;
  await provoke(opened, shouter.url);
  shouter.shoutLists();
  for (const name of ["openai", "mistral", "house"])
    for (let attempt = 0; attempt < answers.length; attempt++) {
      await send("POST", `/api/integrations/${name}/test`);
      await send("POST", `/api/integrations/${name}/test`, { key: planted.tried });
    }
  await send("POST", "/api/integrations/keys/recognize", { key: planted.tried });
  for (const url of [
    "/api/integrations",
    "/api/models/",
    "/api/orchestrate/models/health",
    "/openapi.json",
    "/api/threads/",
  ])
    await send("GET", url);
  await app.close();
  assert.ok(shouter.calls() > 60, `${shouter.calls()} answers shouted`);

  const rows = await everyRow(store);
  await store.exec("checkpoint");
  assert.deepEqual(
    said.filter((text) => found(text).length > 0),
    [],
  );
  assert.deepEqual(
    rows.split("\n").filter((row) => found(row).length > 0),
    [],
  );
  const files = everyFile(folder);
  assert.ok(files.length > 100);
  assert.deepEqual(
    files.filter((file) => found(fs.readFileSync(file)).length > 0),
    [],
  );
  assert.ok(said.join("").includes("[key]"), "vendors were quoted, without what they had shouted");
});
