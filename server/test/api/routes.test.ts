/** What holds for every route there is, also those that are still to come. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { after, test } from "node:test";
import { OpenAiError, Problem } from "@orchestratex/sdk/contract";
import type { InjectOptions } from "fastify";
import { v7 as uuidv7 } from "uuid";
import { faultCodes } from "../../src/errors.ts";
import { openByHand } from "./by-hand.ts";

const { door, address } = await openByHand({ after });

type Method = NonNullable<InjectOptions["method"]>;
const described = (await door.inject({ url: "/openapi.json" })).json() as { paths: Record<string, object> };
const text = JSON.stringify(described);

const nobody = uuidv7();

/** With an id that nothing has. */
const pathOf = (template: string) =>
  template
    .replace(/\{model_name\}/g, "nobody")
    .replace(/\{domain\}/g, "coding")
    .replace(/\{\w+\}/g, nobody);

const routes = Object.entries(described.paths).flatMap(([template, methods]) =>
  Object.keys(methods).map((method) => ({ template, method: method.toUpperCase() as Method, path: pathOf(template) })),
);
const hidden = [
  ...["/docs", "/docs/errors", "/docs/live", "/openapi.json", "/", "/setup", "/history", "/models", "/models/gpt4"],
  ...["/settings", "/settings/keys", `/t/${nobody}`, `/s/${nobody}`, "/r/none", "/theme.js"],
].map((path) => ({ ...{ template: path, method: "GET" as Method, path } }));

const outcome = async (options: InjectOptions & { url: string }) => {
  const { statusCode, headers, body } = await door.inject(options);
  return { statusCode, allow: headers.allow, code: body === "" ? null : codeOf(options.url, headers, body) };
};

/** Under `/v1` failures have OpenAI's form. */
function codeOf(url: string, headers: Record<string, unknown>, body: string): string | null {
  if (String(headers["content-type"]).startsWith("application/problem+json"))
    return Problem.parse(JSON.parse(body)).code;
  if (!url.startsWith("/v1/") || !body.startsWith('{"error":')) return null;
  return OpenAiError.strict().parse(JSON.parse(body)).error.code;
}

test("every route answers the same with and without its last slash", async () => {
  assert.ok(routes.length > 20);
  for (const { template, method, path } of [...routes, ...hidden]) {
    if (path === "/") continue;
    const bare = path.replace(/\/$/, "");
    const [without, with_] = [await outcome({ method, url: bare }), await outcome({ method, url: `${bare}/` })];
    assert.deepEqual(without, with_, `${method} ${template}`);
    assert.ok(without.code !== "route.not_found" && without.code !== "route.method", `${method} ${template}`);
  }
});

test("an unknown name in a query is passed over", async () => {
  for (const { template, method, path } of routes) {
    if (method === "DELETE") continue;
    const plain = await outcome({ method, url: path });
    assert.deepEqual(await outcome({ method, url: `${path}?colour=red&__proto__=1&limit_=x` }), plain, template);
  }
});

test("HEAD is GET without a body; OPTIONS and other methods are refused and told what there is", async () => {
  for (const path of new Set([...routes, ...hidden].map((route) => route.path))) {
    const methods = [...routes, ...hidden].filter((route) => route.path === path).map(({ method }) => method);
    const { allow = "" } = (await door.inject({ method: "OPTIONS", url: path })).headers;
    // A stream or a socket has no HEAD.
    const named = String(allow).split(", ");
    assert.deepEqual(
      named.filter((method) => method !== "HEAD" || methods.includes("HEAD")),
      methods.toSorted(),
      path,
    );
    for (const method of ["OPTIONS", "PATCH", "DELETE", "PUT", "POST"] as const)
      if (!methods.includes(method))
        assert.deepEqual(await outcome({ method, url: path }), { statusCode: 405, allow, code: "route.method" }, path);
    if (!named.includes("HEAD")) continue;
    const accept = { accept: "text/event-stream" };
    const [get, head] = [
      await door.inject({ url: path }),
      await door.inject({ method: "HEAD", url: path, headers: accept }),
    ];
    assert.deepEqual([head.statusCode, head.body], [get.statusCode, ""], path);
    assert.equal(head.headers["content-type"], get.headers["content-type"], path);
  }
});

/** Sent in pieces, without a length. */
const chunked = (path: string, method: string, bytes: number) =>
  new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const line = request(`${address}${path}`, { method, headers: { "content-type": "application/json" } }, (answer) => {
      let body = "";
      answer
        .on("data", (piece) => (body += String(piece)))
        .on("end", () => resolve({ status: answer.statusCode, body }));
    });
    // The server may hang up before all has been written.
    line.on(
      "error",
      (error) => "code" in error && error.code !== "EPIPE" && error.code !== "ECONNRESET" && reject(error),
    );
    line.write('{"x":"');
    for (let sent = 0; sent < bytes; sent += 64 * 1024) line.write("y".repeat(64 * 1024));
    line.end('"}');
  });

test("a body of more than 2 MB (under /v1 25 MB) is 413 on every route that takes one, also in pieces without a length", async () => {
  const bodyOf = (megabytes: number) => Buffer.from(`{"x":"${"y".repeat(megabytes * 2 ** 20)}"}`);
  const [big, bigger] = [bodyOf(2), bodyOf(25)];
  const json = { "content-type": "application/json" };
  for (const { template, method, path } of routes) {
    if (method === "GET" || method === "DELETE") continue;
    const payload = path.startsWith("/v1/") ? bigger : big;
    const whole = await outcome({ method, url: path, payload, headers: json });
    assert.equal(whole.code, "request.too_large", `${method} ${template}`);
  }
  const pieces = await chunked("/api/sessions/", "POST", 3 * 2 ** 20);
  assert.deepEqual([pieces.status, JSON.parse(pieces.body).code], [413, "request.too_large"]);
  const fits = await outcome({ method: "POST", url: "/v1/chat/completions", payload: big, headers: json });
  assert.deepEqual([fits.statusCode, fits.code], [400, "request.invalid"]);
  assert.notEqual((await chunked("/api/orchestrate/stop/x", "PUT", 2 ** 20)).status, 413);
});

/** They reach a client in events and in `failure_reason`, or a person at the start: no route answers them. */
const elsewhere = [
  ...["config.invalid", "store.locked"],
  // Told in the `error` of a file.
  ...["file.cancelled", "file.unreadable", "file.encrypted", "file.took_too_long", "file.too_much_memory"],
  ...["file.beyond_limits", "file.reader_died"],
  // Told in a frame of a socket, or by its close code.
  "request.too_many",
  // Told before there is a route.
  ...["route.not_found", "request.header_too_large", "request.timeout"],
];

test("every fault code is thrown somewhere, and is named by a route unless it reaches nobody there", () => {
  const source = new URL("../../src/", import.meta.url);
  const thrown = globSync(["**/*.ts", "store/migrations/*.sql"], { cwd: source.pathname })
    .filter((file) => !["errors.ts", "api/faults.ts"].includes(file))
    .map((file) => readFileSync(new URL(file, source), "utf8"))
    // A list of what a route may answer throws nothing.
    .map((file) => file.replace(/problems\(\s*\[[^\]]*\]/g, "").replace(/FaultCode\[\] = \[[^\]]*\]/g, ""))
    .join("\n");
  const wrong = faultCodes.flatMap((code) => [
    ...(thrown.includes(`"${code}"`) || thrown.includes(`'${code}'`) ? [] : [`${code} is never thrown`]),
    ...(text.includes(`\`${code}\``) === elsewhere.includes(code)
      ? [`${code}: named by a route, or only elsewhere?`]
      : []),
  ]);
  assert.deepEqual(wrong, []);
});
