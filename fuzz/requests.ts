/** Requests of all kinds: right, wrong in one thing, and wrong in how they are sent. */
import type { Chance } from "../chaos/chance.ts";
import type { Document, Operation, Parameter } from "./document.ts";
import { broken, fitting, hex, type Means, traps } from "./values.ts";

type Kind = "right" | "body" | "place" | "transport" | "nowhere";

export type Asked = {
  /** What the request means to be; null: nothing that the document has. */
  operation: Operation | null;
  kind: Kind;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | null;
  /** Without a length, in pieces. */
  chunked: boolean;
};

/** Ids and names that mean something by now. */
export type Pool = Record<"session_id" | "thread_id" | "model_name" | "response_id", string[]>;

export function nextRequest(document: Document, pool: Pool, chance: Chance): Asked {
  const operation = chance.of(document.operations);
  const means: Means = { chance, resolve: document.resolve, known: (name) => known(pool, chance, name, operation) };
  const kind = kindOf(chance, operation);
  const places = placesOf(means, operation, kind);
  const value = operation.body && bodyOf(means, operation, kind);
  const text = value === null ? null : JSON.stringify(value);
  const asked: Asked = {
    ...{ operation, kind, method: operation.method, path: places.path, chunked: false },
    headers: { ...(text !== null && { "content-type": "application/json" }), ...places.headers },
    body: text === null ? null : Buffer.from(text),
  };
  if (kind === "transport") return mangled(asked, chance);
  return kind === "nowhere"
    ? { ...asked, operation: null, path: `${asked.path}/${encodeURIComponent(hex(chance, 6))}` }
    : asked;
}

function kindOf(chance: Chance, { body }: Operation): Kind {
  const share = chance.next();
  if (share < 0.4) return "right";
  if (share < 0.65 && body) return "body";
  if (share < 0.82) return "place";
  return share < 0.97 ? "transport" : "nowhere";
}

const weights = {
  selection_weights: {
    cost: {
      ...{ domain_match_score: 0.2, historical_performance: 0.2, cost_efficiency: 0.3 },
      ...{ availability_score: 0.1, response_time_score: 0.1, specialty_alignment: 0.1 },
    },
  },
  criteria_weights: {
    math: {
      ...{ accuracy: 0.5, relevance: 0.1, clarity: 0.1, completeness: 0.1 },
      ...{ creativity: 0, efficiency: 0.1, safety: 0, domain_expertise: 0.1 },
    },
  },
};

const ids = new Set(["session_id", "thread_id", "response_id", "parent_thread_id"]);

function known(pool: Pool, chance: Chance, name: string, operation: Operation): unknown {
  if (name === "prefer") return `wait=${chance.whole(0, 1)}`;
  // A limit in the millions or a plan of ten rounds would only be slow.
  if (name === "max_iterations") return chance.whole(1, 3);
  // Weights must add up to 1, which JSON Schema does not say.
  if (name === "selection_weights" || name === "criteria_weights") return chance.hits(0.8) ? weights[name] : undefined;
  if (name === "model")
    return chance.of(["orchestratex/auto", "orchestratex/quick", "simulated-opal", "GPT-4", undefined]);
  if (name === "if-match") return chance.of(["*", '"rules-1"']);
  if (name === "is_active" && operation.method === "PUT") return true;
  if (name === "model_name" && operation.method === "POST" && operation.path.startsWith("/api/models"))
    return `fuzz-${hex(chance, 4)}`;
  const of = pool[(name === "parent_thread_id" ? "thread_id" : name) as keyof Pool];
  if (name === "persona_id" || name === "file_ids" || name === "collections" || name === "search_mode")
    return chance.hits(0.9) ? null : undefined;
  if (!of || of.length === 0 || chance.hits(ids.has(name) ? 0.1 : 0.3)) return undefined;
  return chance.of(of);
}

function placesOf(means: Means, operation: Operation, kind: Kind) {
  const { chance } = means;
  const given = operation.parameters.filter(
    ({ in: where, required }) => where === "path" || required || chance.hits(0.3),
  );
  const odd = kind === "place" && given.length > 0 ? chance.of(given) : null;
  const textFor = (parameter: Parameter): string => {
    if (parameter === odd)
      return chance.of([...traps, "x".repeat(chance.of([65, 501, 3000])), "-1", "1.5", "99999999999"]);
    const value = fitting(means, parameter.schema, parameter.name);
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  let path = operation.path;
  const query: string[] = [];
  const headers: Record<string, string> = {};
  for (const parameter of given) {
    const value = textFor(parameter);
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encoded(value) || "%20");
    else if (parameter.in === "query") query.push(`${parameter.name}=${encoded(value)}`);
    else headers[parameter.name] = headerText(value);
  }
  if (kind === "place" && chance.hits(0.3)) query.push(`${encoded(chance.of(traps))}=${encoded(chance.of(traps))}`);
  if (chance.hits(0.1))
    headers["accept"] = chance.of(["text/event-stream", "application/xml", "*/*;q=0", "x", "text/html"]);
  const slash = chance.hits(0.5) ? path.replace(/\/$/, "") : `${path.replace(/\/$/, "")}/`;
  return { path: slash + (query.length > 0 ? `?${query.join("&")}` : ""), headers };
}

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

/** What Node lets into a header. */
const headerText = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "") || "x";

function bodyOf(means: Means, operation: Operation, kind: Kind): unknown {
  const { chance } = means;
  const value = fitting(means, operation.body ?? {});
  // Of prompt and thread_id exactly one is asked for; JSON Schema does not say so.
  if (operation.operationId === "ask" || operation.operationId === "preview") {
    const asked = value as Record<string, unknown>;
    delete asked[asked["thread_id"] === undefined || chance.hits(0.7) ? "thread_id" : "prompt"];
    if (asked["thread_id"] === undefined) asked["prompt"] ??= "Why is the sky blue?";
    asked["mode"] = chance.of(["quick", "quick", "checked", "thorough", "auto"]);
  }
  // What a message of each role must have, JSON Schema does not say either.
  if (operation.operationId === "createChatCompletion" && chance.hits(0.7)) {
    const { model, stream, stream_options, metadata } = value as Record<string, unknown>;
    const content = chance.of(["Why is the sky blue?", [{ type: "text", text: "Compare TCP and UDP" }]]);
    const messages = [
      { role: "system", content: "Be kind." },
      { role: "user", content },
    ];
    const asked = { model, messages, stream, stream_options, metadata };
    return kind === "body" ? broken(means, asked) : asked;
  }
  return kind === "body" ? broken(means, value) : value;
}

const wrongTypes = [
  ...["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "x"],
  "application/json; charset=utf-16",
];
const oddMethods = ["PATCH", "OPTIONS", "TRACE", "PROPFIND", "HEAD", "PURGE", "QUERY"];
const oddPaths = ["/%", "/%zz", "/api/%ff", "//", "/..%2f..%2fetc", "/api/../api/", `/${"a/".repeat(800)}`];

/** How it is sent is wrong, or at least odd. */
function mangled(asked: Asked, chance: Chance): Asked {
  const { headers, body } = asked;
  const text = body?.toString() ?? "{}";
  const header = (more: Record<string, string>) => ({ ...asked, headers: { ...headers, ...more } });
  const json = header({ "content-type": "application/json" });
  const sent = (raw: string | Buffer) => ({ ...json, body: Buffer.from(raw) });
  const type = (value: string) => header({ "content-type": value });
  const kinds: (() => Asked)[] = [
    () => type(chance.of(wrongTypes)),
    () => type(chance.of(["APPLICATION/JSON", "application/json;charset=UTF-8", "application/json; charset=latin1"])),
    () => sent(text.slice(0, chance.whole(0, text.length - 1))),
    () => sent(Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe, 0xc0])])),
    () => sent(Buffer.from(text, "utf16le")),
    () => sent(`\ufeff${text}`),
    () => sent(text.replace("{", `{"prompt":1,"prompt":"twice",`)),
    () => sent(`{"__proto__":{"admin":true},"constructor":{"prototype":1},${text.slice(1)}`),
    () => sent("[".repeat(50_000)),
    () => sent(`{"prompt":${"[".repeat(200_000)}${"]".repeat(200_000)}}`),
    () => sent(`{"x":"${"y".repeat(2_200_000)}"}`),
    () => sent(chance.of(["null", "[]", "1", '"x"', "", " ", "NaN", "{'a':1}", '{"a":01}', '{"prompt":"\\ud800"}'])),
    () => ({ ...asked, chunked: body !== null }),
    () => ({ ...asked, operation: null, method: chance.of(oddMethods) }),
    () => ({ ...asked, operation: null, path: chance.of(oddPaths) }),
    () => header({ "x-long": "z".repeat(chance.of([8_000, 20_000])) }),
    () => header({ "x-request-id": headerText(chance.of(traps)) }),
    () => header({ "idempotency-key": headerText(chance.of(traps)) }),
    () => header({ host: chance.of(["evil.example", "localhost.", "[::1", "127.0.0.1:0"]) }),
    () => header({ origin: chance.of(["null", "http://evil.example", "x"]) }),
    () => header({ prefer: chance.of(["wait=-1", "wait=x", "wait=0.5", "respond-async, wait=1", ";;;"]) }),
    () => header({ "last-event-id": headerText(chance.of(traps)), accept: "text/event-stream" }),
  ];
  return chance.of(kinds)();
}
