/** Requests to be sent: an operation with its path, query, headers and body, as it should be or with one thing wrong. */
import type { Operation } from "./document.ts";
import { fitting, type Maker, oddities, spoilt } from "./values.ts";

export type Case = {
  operation: Operation;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | null;
  /** `fits`: by the contract; `body`: one thing of the body is changed; `shape`: the request itself is odd, any refusal will do. */
  kind: "fits" | "body" | "query" | "shape";
  /** The body as a value, for the oracle. */
  value?: unknown;
  what: string;
};

export function caseFor(given: Maker, operation: Operation): Case {
  const { chance } = given;
  // Most of what would be removed is not there: else nothing is left for the others.
  const maker = operation.method === "DELETE" && chance.hits(0.9) ? { ...given, pools: () => ({}) } : given;
  const fits = fittingCase(maker, operation);
  const draw = chance.next();
  if (draw < 0.3) return fits;
  if (draw < 0.62) return operation.body ? withBody(maker, fits) : withQuery(maker, fits);
  if (draw < 0.74) return withQuery(maker, fits);
  return chance.of(shapes)(maker, fits);
}

function fittingCase(maker: Maker, operation: Operation): Case {
  const value =
    operation.body && (operation.bodyRequired || maker.chance.hits(0.7)) ? sensible(maker, operation) : undefined;
  const headers: Record<string, string> = value === undefined ? {} : { "content-type": "application/json" };
  const query: string[] = [];
  let path = operation.path;
  for (const parameter of operation.parameters) {
    const { name, required = false, schema } = parameter;
    if (parameter.in === "path") path = path.replace(`{${name}}`, encoded(fitting(maker, schema, name)));
    else if (required || maker.chance.hits(0.3)) {
      const given = String(fitting(maker, schema, name));
      if (parameter.in === "query") query.push(`${name}=${encoded(given)}`);
      else if (isHeaderText(given)) headers[name] = given;
    }
  }
  const whole = query.length > 0 ? `${path}?${query.join("&")}` : path;
  const body = value === undefined ? null : bytesOf(value);
  return { operation, method: operation.method, path: whole, headers, body, kind: "fits", value, what: "fits" };
}

/** What schemas cannot say: a prompt comes with words or with a draft's id; models cost; nobody waits two minutes. */
function sensible(maker: Maker, { body, id }: Operation): unknown {
  const value = fitting(maker, body ?? {});
  if (typeof value !== "object" || value === null) return value;
  const asked = value as Record<string, unknown>;
  if (id === "ask" || id === "preview") Reflect.deleteProperty(asked, maker.chance.hits(0.85) ? "thread_id" : "prompt");
  if ("prompt" in (asked ?? {}) === false && "thread_id" in asked === false && (id === "ask" || id === "preview"))
    asked["prompt"] = "Why is the sky blue?";
  return value;
}

function withBody(maker: Maker, given: Case): Case {
  const { value, what } = spoilt(maker, given.value ?? {});
  const headers = { ...given.headers, "content-type": "application/json" };
  return { ...given, headers, body: bytesOf(value), value, kind: "body", what: `body: ${what}` };
}

function withQuery(maker: Maker, given: Case): Case {
  const { chance } = maker;
  const known = given.operation.parameters.filter((parameter) => parameter.in === "query");
  const name =
    known.length > 0 && chance.hits(0.8)
      ? chance.of(known).name
      : chance.of(["odd", "__proto__", "limit[]", "cursor", ""]);
  const odd = chance.of(oddities);
  const text = typeof odd === "string" ? encoded(odd) : encoded(JSON.stringify(odd));
  const pieces = [given.path, `${name}=${text}`, ...(chance.hits(0.15) ? [`${name}=${text}`] : [])];
  const path = pieces.join(given.path.includes("?") ? "&" : "?").replace(/^([^?]*)&/, "$1?");
  return { ...given, path, kind: "query", what: `query: ${name}` };
}

type Change = (maker: Maker, given: Case) => Case;
const shape = (given: Case, what: string, change: Partial<Case>): Case => ({
  ...given,
  ...change,
  kind: "shape",
  what,
});

const hugeText = "x".repeat(2 * 1024 * 1024 + 10);

const shapes: readonly Change[] = [
  ({ chance }, given) =>
    shape(given, "method", {
      method: chance.of(["PATCH", "OPTIONS", "HEAD", "DELETE", "PUT", "POST", "GET", "TRACE", "PROPFIND"]),
    }),
  (_maker, given) =>
    shape(given, "slash", {
      path: given.path.replace(/\/?(\?|$)/, (end) => (end.startsWith("/") ? end.slice(1) : `/${end}`)),
    }),
  ({ chance }, given) => shape(given, "path", { path: oddPath(chance.of(oddSegments), given) }),
  ({ chance }, given) =>
    shape(given, "content-type", {
      headers: {
        ...given.headers,
        "content-type": chance.of([
          "text/plain",
          "application/xml",
          "multipart/form-data",
          "application/json; charset=utf-16",
          "application/json; charset=",
          ";",
          "x",
          "application/x-www-form-urlencoded",
        ]),
      },
    }),
  ({ chance }, given) =>
    shape(given, "raw body", {
      headers: { ...given.headers, "content-type": "application/json" },
      body: Buffer.from(
        chance.of([
          '{"prompt":"x"',
          "{]",
          "nul",
          '"',
          "[".repeat(50_000),
          '{"prompt":"a","prompt":"b"}',
          "\ufeff{}",
          "{}{}",
          "",
          " ",
          "'x'",
          '{"a":1e999}',
          "01",
          '{"prompt":"\\ud800"}',
          '{"__proto__":{"odd":1}}',
          hugeText,
        ]),
      ),
    }),
  ({ chance }, given) =>
    shape(given, "bytes", {
      headers: { ...given.headers, "content-type": "application/json" },
      body: Buffer.from(Array.from({ length: 40 }, () => chance.whole(0, 255))),
    }),
  ({ chance }, given) =>
    shape(given, "host", {
      headers: {
        ...given.headers,
        host: chance.of([
          "evil.example",
          "127.0.0.1.evil.example",
          "",
          "localhost:99999",
          "[::1]",
          "127.0.0.1:1",
          "x".repeat(300),
        ]),
      },
    }),
  ({ chance }, given) =>
    shape(given, "origin", {
      headers: {
        ...given.headers,
        origin: chance.of(["http://evil.example", "null", "file://", "http://localhost:1", "x"]),
      },
    }),
  ({ chance }, given) =>
    shape(given, "large header", {
      headers: { ...given.headers, "x-odd": "x".repeat(chance.of([100, 8_000, 17_000])) },
    }),
  ({ chance }, given) =>
    shape(given, "accept", {
      headers: {
        ...given.headers,
        accept: chance.of([
          "text/event-stream",
          "*/*",
          "text/html",
          "application/json;q=0, text/event-stream;q=1",
          "text/markdown",
          "x",
          ";;;",
          "text/event-stream;q=x",
        ]),
      },
    }),
  ({ chance }, given) =>
    shape(given, "prefer", {
      headers: {
        ...given.headers,
        prefer: chance.of(["wait=1", "wait=0", "wait=-1", "wait=1e9", "wait", "respond-async, wait=1", 'wait="1"']),
      },
    }),
  ({ chance }, given) =>
    shape(given, "last-event-id", {
      headers: {
        ...given.headers,
        accept: "text/event-stream",
        "last-event-id": chance.of(["0", "5", "99999999999", "-1", "x", "1.5", "2026-11-21T10:00:00.000Z", "0x10"]),
      },
    }),
  ({ chance }, given) =>
    shape(given, "key", {
      headers: {
        ...given.headers,
        "idempotency-key": chance.of(["a", "a b", "x".repeat(300), "\u00e9", "k1", "k2", "k3"]),
      },
    }),
  ({ chance }, given) =>
    shape(given, "request id", {
      headers: { ...given.headers, "x-request-id": chance.of(["x".repeat(500), "a b", "<script>", "id-1"]) },
    }),
  ({ chance }, given) =>
    shape(given, "encoding", {
      headers: { ...given.headers, "content-encoding": chance.of(["gzip", "deflate", "br", "identity", "x"]) },
    }),
  ({ chance }, given) =>
    shape(given, "conditions", {
      headers: {
        ...given.headers,
        ...chance.of([
          { "if-match": '"x"' },
          { range: "bytes=0-1" },
          { expect: "200-maybe" },
          { te: "trailers" },
          { "if-none-match": "*" },
          { upgrade: "h2c", connection: "Upgrade" },
        ]),
      },
    }),
];

const oddSegments = [
  "%00",
  "%ff",
  "%2e%2e%2f",
  "..",
  ".",
  "%2F",
  "x".repeat(501),
  "%",
  "%zz",
  "null",
  "%F0%9F%91%A9",
  "a;b=c",
  "%0d%0a",
  "__proto__",
  "%C0%AF",
  "0",
  "-1",
  "*",
];

/** One segment of the path replaced, or one added. */
function oddPath(segment: string, { path, operation }: Case): string {
  const parts = path.split("?")[0]?.split("/") ?? [];
  const at = operation.path.split("/").findIndex((part) => part.startsWith("{"));
  if (at === -1) return `${parts.join("/")}/${segment}`;
  return parts.with(at, segment).join("/");
}

const encoded = (value: unknown): string => {
  const text = typeof value === "string" ? value : String(value);
  return text.isWellFormed() ? encodeURIComponent(text) : "%ED%A0%80";
};

const isHeaderText = (text: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(text);

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? "");
