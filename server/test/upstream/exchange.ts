/** One request and its answer. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { anthropic } from "./anthropic.ts";
import { charge, type Prices } from "./bill.ts";
import { google } from "./google.ts";
import { ollama, shown } from "./ollama.ts";
import { openai } from "./openai.ts";
import { replyTo } from "./replies.ts";
import { bodyOf, tagOf } from "./requests.ts";
import { responses } from "./responses.ts";
import type { Caller, Rule } from "./rules.ts";
import { send } from "./send.ts";
import type { Call, Upstream, UpstreamOptions } from "./upstream.ts";
import { type Asked, type FaultKind, type Format, type Refusal, stringOf, type Wire } from "./wire.ts";

/** An upstream as those see it who answer for it. */
export type Opened = {
  state: Upstream & { calls: Call[] };
  options: UpstreamOptions;
  struckBy(caller: Caller): Rule | null;
  /** `bill` and `excess`: of the call, as far as it has come. */
  charge(call: Call, bill: bigint, excess: bigint): void;
};

export type Exchange = {
  request: IncomingMessage;
  response: ServerResponse;
  path: string;
  wire: Wire;
  key: string | null;
};

const formats: Readonly<Record<Wire, Format>> = { openai, responses, anthropic, google, ollama };

const DEFAULT_PRICES: Prices = { input: 1e-6, output: 4e-6 };

const refusing = new Set<FaultKind>([
  ...(["rate_limited", "rate_limited_silent", "overloaded", "server_error", "model_unknown", "key_expired"] as const),
  ...(["no_credit", "too_long", "schema_refused", "json_refused"] as const),
]);

/** Epoch milliseconds, with fractions. */
export const now = (): number => performance.timeOrigin + performance.now();

export function listed(upstream: Opened, exchange: Exchange): void {
  const { wire, key, path, response } = exchange;
  const rule = upstream.struckBy({ wire, on: "models", model: "", key, asked: null });
  const fault = rule?.fault ?? wrongKey(upstream, key);
  if (fault !== null && strike(exchange, fault, rule, "")) return;
  const list = () => (path.endsWith("/show") ? shown() : formats[wire].listed(upstream.state.models));
  json(response, 200, path.endsWith("/version") ? { version: "0.12.6" } : list());
}

const wrongKey = ({ state: { keys } }: Opened, key: string | null): FaultKind | null =>
  keys === null || (key !== null && keys.has(key)) ? null : "key_expired";

export async function called(upstream: Opened, exchange: Exchange, arrivedAt: number): Promise<void> {
  const { wire, key, path, request, response } = exchange;
  const body = await bodyOf(request);
  const asked = formats[wire].read(body, path, request.headers);
  const rule = upstream.struckBy({ wire, on: "call", model: asked.model, key, asked });
  const fault = rule?.fault ?? wrongKey(upstream, key);
  const call: Call = {
    ...{ wire, model: asked.model, key, streamed: asked.streamed, arrivedAt, endedAt: null, fault, body },
    ...{ bill: 0n, excess: 0n, tag: tagOf(asked, upstream.options.tag), aborted: false },
    id: stringOf(request.headers["x-client-request-id"]) || null,
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
  const { text, prices = () => DEFAULT_PRICES, details = {}, seed = "1", hangMs, latencyMs = 0 } = upstream.options;
  const { fault } = call;
  const format = formats[wire];
  const { reply, counted, excess } = await replyTo(asked, fault, { text, seed, details });
  const price = prices(asked.model);
  const wrote = (share: number) => {
    const extra = share === 1 ? charge(price, NOTHING, excess) : 0n;
    upstream.charge(call, charge(price, counted, Math.ceil(counted.output * share)) + extra, extra);
  };
  wrote(asked.streamed && fault !== "hang" ? 0 : 1);
  if (fault === "hang") {
    const drop = () => {
      call.endedAt ??= now();
      response.destroy();
    };
    if (hangMs !== undefined) setTimeout(drop, hangMs).unref();
    return;
  }
  const early = latencyMs - (now() - call.arrivedAt);
  if (early > 0) await pause(early);
  if (response.destroyed) return;
  const takesMs = timeOf(upstream.options, counted.output) * (fault === "slow" ? 10 : 1);
  const wordMs = fault === "trickle" ? (rule?.retryAfterMs ?? 100) : null;
  await send({ response, format, reply, fault, headers: format.headers(reply.number), takesMs, wordMs, wrote });
}

const NOTHING = { input: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0 };

const timeOf = ({ takesMs, tokensPerSecond }: UpstreamOptions, tokens: number): number =>
  takesMs?.() ?? (tokensPerSecond === undefined ? 0 : (tokens / tokensPerSecond) * 1_000);

export function refuse(response: ServerResponse, { status, body, headers = {} }: Refusal): void {
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
