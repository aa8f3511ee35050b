/**
 * Vendors of our own, in one server: the wires of OpenAI, xAI, Anthropic, Gemini and Ollama, failing on cue, and keeping the bill
 * that a vendor would send, whatever it says its usage was.
 *
 * What is charged: nothing for a refusal; else the input on arrival, and the output as it is written, until the caller hangs
 * up. A reply in one piece, and one that hangs, is cut or breaks off, is charged whole. Pico-dollars.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openBills, type Prices } from "./bill.ts";
import { answerControl, isControl } from "./control.ts";
import { called, listed, now, type Opened, refuse } from "./exchange.ts";
import { keyOf, wireOf } from "./requests.ts";
import { openRules, type Rule } from "./rules.ts";
import { type FaultKind, Refused, type Wire } from "./wire.ts";

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
  /** Of the bill, what was charged for tokens that were never written. */
  excess: bigint;
  /** As the caller names it: its header `x-client-request-id`. */
  id: string | null;
  /** What stands in the first `[[...]]` of the messages, or what else the options say. */
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
  /** Of it, what was charged for tokens that were never written. */
  excessOf(tag: string): bigint;
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
  /** Without this or the next all comes at once. */
  tokensPerSecond?: number;
  /** Milliseconds that a reply takes from its first byte to its last; in one piece it comes at their end. */
  takesMs?: () => number;
  /** Then a call that hangs is dropped; without it never. */
  hangMs?: number;
  /** A fixed answer; otherwise the simulated minds answer. */
  text?: string;
  /** Dollars per token, for the bill. */
  prices?: (model: string) => Prices;
  /** Tokens of each request that are read from a cache, written to one, and thought. */
  details?: { cached?: number; cacheWrite?: number; reasoning?: number };
  seed?: string;
  /** Its first group is a call's tag. */
  tag?: RegExp;
  /** False: no calls are kept, only the bill. */
  record?: boolean;
  port?: number;
};

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

function openState(options: UpstreamOptions): Opened {
  const rules = openRules(options.seed ?? "1");
  const [bills, excesses] = [openBills(), openBills()];
  const state: Opened["state"] = {
    url: "",
    baseUrl: (wire, vendor) => `${state.url}${vendor === undefined ? "" : `/${vendor}`}${bases[wire]}`,
    add: rules.add,
    clear: rules.clear,
    calls: [],
    bill: bills.all,
    billOf: bills.of,
    excessOf: excesses.of,
    models: ["upstream-large", "upstream-small"],
    keys: null,
    reset: () => {
      rules.clear();
      bills.clear();
      excesses.clear();
      state.calls.length = 0;
    },
    close: async () => {},
  };
  return {
    ...{ state, options, struckBy: rules.struckBy },
    charge(call, bill, excess) {
      bills.add(call.tag, bill - call.bill);
      excesses.add(call.tag, excess - call.excess);
      call.bill = bill;
      call.excess = excess;
    },
  };
}

const bases: Readonly<Record<Wire, string>> = {
  openai: "/v1",
  responses: "/v1",
  anthropic: "/v1",
  google: "/v1beta",
  ollama: "",
};

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
  listed(upstream, exchange);
}
