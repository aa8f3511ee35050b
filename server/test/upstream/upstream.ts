/**
 * Vendors of our own, in one server: the wires of OpenAI, xAI, Anthropic, Gemini and Ollama, failing on cue, and keeping the bill
 * that a vendor would send, whatever it says its usage was.
 *
 * What is charged: nothing for a refusal; else the input on arrival, and the output as it is written, until the caller hangs
 * up. A reply in one piece, and one that hangs, is cut or breaks off, is charged whole. Pico-dollars.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { anthropic } from "./anthropic.ts";
import { charge, openBills, type Prices } from "./bill.ts";
import { answerControl, isControl } from "./control.ts";
import { google } from "./google.ts";
import { ollama, shown } from "./ollama.ts";
import { openai } from "./openai.ts";
import { replyTo } from "./replies.ts";
import { responses } from "./responses.ts";
import { type Caller, openRules, type Rule } from "./rules.ts";
import { send } from "./send.ts";
import {
  type Asked,
  type FaultKind,
  type Format,
  type Json,
  objectOf,
  type Refusal,
  Refused,
  type Wire,
} from "./wire.ts";

export type { Rule } from "./rules.ts";
export type { FaultKind, Wire } from "./wire.ts";

export type Call = {
  wire: Wire;
  model: string;
  key: string | null;
  streamed: boolean;
  /** Epoch milliseconds, with fractions: the request's head had come; the last byte of the answer was written. */
  arrivedAt: number;
  endedAt: number | null;
  fault: FaultKind | null;
  bill: bigint;
  /** What stands in the first `[[...]]` of the messages. */
  tag: string | null;
  body: unknown;
  /** The caller left before the end. */
  aborted: boolean;
};

export type Upstream = {
  url: string;
  /** What a connection's `baseUrl` is. `vendor`: in whose dialect; `mistral`, `xai` and `openrouter` have one. */
  baseUrl(wire: Wire, vendor?: string): string;
  add(...rules: Rule[]): void;
  /** Of rules. */
  clear(): void;
  calls: readonly Call[];
  bill(): bigint;
  billOf(tag: string): bigint;
  /** Those listed; others answer as well. */
  models: string[];
  /** Those accepted; null: any. */
  keys: Set<string> | null;
  /** Forgets rules, calls and bills. */
  reset(): void;
  close(): Promise<void>;
};

export type UpstreamOptions = {
  /** Until the first byte. */
  latencyMs?: number;
  /** Without it all comes at once. */
  tokensPerSecond?: number;
  /** A fixed answer; otherwise the simulated minds answer. */
  text?: string;
  /** Dollars per token, for the bill. */
  prices?: (model: string) => Prices;
  /** Tokens of each request that are read from a cache, written to one, and thought. */
  details?: { cached?: number; cacheWrite?: number; reasoning?: number };
  seed?: string;
  /** False: no calls are kept, only the bill. */
  record?: boolean;
  port?: number;
};

const formats: Readonly<Record<Wire, Format>> = { openai, responses, anthropic, google, ollama };

const DEFAULT_PRICES: Prices = { input: 1e-6, output: 4e-6 };

const refusing = new Set<FaultKind>([
  ...(["rate_limited", "rate_limited_silent", "overloaded", "server_error", "model_unknown", "key_expired"] as const),
  ...(["no_credit", "too_long", "schema_refused", "json_refused"] as const),
]);

type Exchange = { request: IncomingMessage; response: ServerResponse; path: string; wire: Wire; key: string | null };

export async function openUpstream(options: UpstreamOptions = {}): Promise<Upstream> {
  const upstream = openState(options);
  const { state } = upstream;
  const server = createServer((request, response) => {
    handle(upstream, request, response).catch((error: unknown) => {
      if (!(error instanceof Refused) || response.headersSent) return void response.destroy();
      refuse(response, error.refusal);
    });
  });
  // Longer than any test: a kept connection is never closed under a request.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return state;
}

type Opened = {
  state: Upstream & { calls: Call[] };
  options: UpstreamOptions;
  struckBy(caller: Caller): Rule | null;
  charge(call: Call, whole: bigint): void;
};

function openState(options: UpstreamOptions): Opened {
  const rules = openRules(options.seed ?? "1");
  const bills = openBills();
  const state: Opened["state"] = {
    url: "",
    baseUrl: (wire, vendor) => `${state.url}${vendor === undefined ? "" : `/${vendor}`}${bases[wire]}`,
    add: rules.add,
    clear: rules.clear,
    calls: [],
    bill: bills.all,
    billOf: bills.of,
    models: ["upstream-large", "upstream-small"],
    keys: null,
    reset: () => {
      rules.clear();
      bills.clear();
      state.calls.length = 0;
    },
    close: async () => {},
  };
  const charged = (call: Call, whole: bigint) => {
    bills.add(call.tag, whole - call.bill);
    call.bill = whole;
  };
  return { state, options, struckBy: rules.struckBy, charge: charged };
}

const bases: Readonly<Record<Wire, string>> = {
  openai: "/v1",
  responses: "/v1",
  anthropic: "/v1",
  google: "/v1beta",
  ollama: "",
};

const now = (): number => performance.timeOrigin + performance.now();

async function handle(upstream: Opened, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrivedAt = now();
  const url = new URL(request.url ?? "/", "http://upstream");
  const path = url.pathname;
  if (isControl(path)) return answerControl(upstream.state, request, response, url);
  const wire = wireOf(request, path);
  if (wire === null)
    throw new Refused({ status: 404, body: { error: { message: `Invalid URL (${request.method} ${path})` } } });
  const exchange = { request, response, path, wire, key: keyOf(request, url) };
  if (request.method === "POST" && path !== "/api/show") return called(upstream, exchange, arrivedAt);
  const rule = upstream.struckBy({ wire, on: "models", model: "", key: exchange.key, asked: null });
  const fault = rule?.fault ?? wrongKey(upstream, exchange.key);
  if (fault !== null && strike(exchange, fault, rule, "")) return;
  json(
    response,
    200,
    path.endsWith("/version")
      ? { version: "0.12.6" }
      : path.endsWith("/show")
        ? shown()
        : formats[wire].listed(upstream.state.models),
  );
}

function wireOf({ method, headers }: IncomingMessage, path: string): Wire | null {
  if (/\/api\/(chat|show|tags|version)$/.test(path)) return "ollama";
  if (method === "POST")
    return path.endsWith("/chat/completions")
      ? "openai"
      : path.endsWith("/responses")
        ? "responses"
        : path.endsWith("/messages")
          ? "anthropic"
          : /\/models\/[^/]+:(generateContent|streamGenerateContent)$/.test(path)
            ? "google"
            : null;
  if (!path.endsWith("/models")) return null;
  return path.includes("/v1beta/") ? "google" : headers["anthropic-version"] === undefined ? "openai" : "anthropic";
}

function keyOf({ headers }: IncomingMessage, url: URL): string | null {
  const own = headers["x-api-key"] ?? headers["x-goog-api-key"] ?? url.searchParams.get("key");
  return typeof own === "string" ? own : (/^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? null);
}

const wrongKey = ({ state: { keys } }: Opened, key: string | null): FaultKind | null =>
  keys === null || (key !== null && keys.has(key)) ? null : "key_expired";

async function called(upstream: Opened, exchange: Exchange, arrivedAt: number): Promise<void> {
  const { wire, key, path, request, response } = exchange;
  const body = await bodyOf(request);
  const asked = formats[wire].read(body, path, request.headers);
  const rule = upstream.struckBy({ wire, on: "call", model: asked.model, key, asked });
  const fault = rule?.fault ?? wrongKey(upstream, key);
  const call: Call = {
    ...{ wire, model: asked.model, key, streamed: asked.streamed, arrivedAt, endedAt: null, fault, bill: 0n },
    ...{ tag: tagOf(asked), body, aborted: false },
  };
  if (upstream.options.record !== false) upstream.state.calls.push(call);
  const ended = () => {
    call.endedAt ??= now();
  };
  response.once("close", () => {
    call.aborted = call.endedAt === null && fault !== "refused_connection";
    ended();
  });
  const isFree = fault !== null && fault !== "hang" && strike(exchange, fault, rule, asked.model);
  if (!isFree) await answer(upstream, exchange, { asked, call, rule });
  if (fault !== "hang") ended();
}

/** Whether the fault is an answer in itself, a free one. */
function strike({ response, wire, key, path }: Exchange, fault: FaultKind, rule: Rule | null, model: string): boolean {
  if (refusing.has(fault)) {
    refuse(response, formats[wire].refusal({ fault, model, key, retryAfterMs: rule?.retryAfterMs ?? 1_000 }, path));
  } else if (fault === "html") {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<html><head><title>Sign in</title></head><body><h1>Sign in to the network</h1></body></html>\n");
  } else if (fault === "refused_connection") {
    response.destroy();
  } else return fault === "hang";
  return true;
}

type Task = { asked: Asked; call: Call; rule: Rule | null };

async function answer(upstream: Opened, { response, wire }: Exchange, { asked, call, rule }: Task): Promise<void> {
  const {
    latencyMs = 0,
    tokensPerSecond,
    text,
    prices = () => DEFAULT_PRICES,
    details = {},
    seed = "1",
  } = upstream.options;
  const { fault } = call;
  const format = formats[wire];
  const { reply, counted } = await replyTo(asked, fault, { text, seed, details });
  const wrote = (share: number) =>
    upstream.charge(call, charge(prices(asked.model), counted, Math.ceil(counted.output * share)));
  wrote(asked.streamed && fault !== "hang" ? 0 : 1);
  if (fault === "hang") return;
  if (latencyMs > 0) await pause(latencyMs - (now() - call.arrivedAt));
  if (response.destroyed) return;
  const written = tokensPerSecond === undefined ? 0 : (counted.output / tokensPerSecond) * 1_000;
  const wordMs = fault === "trickle" ? (rule?.retryAfterMs ?? 100) : written / Math.max(1, counted.output / 3);
  await send({ response, format, reply, fault, headers: format.headers(reply.number), wordMs, wrote });
}

async function bodyOf(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    return objectOf(JSON.parse(Buffer.concat(chunks).toString()));
  } catch {
    throw new Refused({
      status: 400,
      body: { error: { message: "We could not parse the JSON body of your request." } },
    });
  }
}

function tagOf({ messages }: Asked): string | null {
  for (const { content } of messages) {
    const at = content.indexOf("[[");
    const tag = at < 0 ? undefined : /\[\[([^[\]]+)\]\]/.exec(content)?.[1];
    if (tag !== undefined) return tag;
  }
  return null;
}

function refuse(response: ServerResponse, { status, body, headers = {} }: Refusal): void {
  json(response, status, body, headers);
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
