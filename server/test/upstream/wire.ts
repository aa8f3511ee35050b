/** What the upstream's wires have in common: a request as every model understands it, a reply as each of them can write it. */
import type { Message } from "../../src/providers/provider.ts";

export type Wire = "openai" | "responses" | "anthropic" | "google" | "ollama";

export type FaultKind =
  /** 429, saying when to come back; silent: without. */
  | "rate_limited"
  | "rate_limited_silent"
  /** 503; 529 at Anthropic's. */
  | "overloaded"
  | "server_error"
  /** No byte, until the caller leaves. */
  | "hang"
  /** A word every so often. */
  | "trickle"
  /** Ten times as long as otherwise. */
  | "slow"
  /** The line dies in the middle of the reply. */
  | "cut"
  /** An error inside a stream that began well; of a reply in one piece: 500. */
  | "error_midway"
  /** One event of the stream, or the reply in one piece, is not JSON. */
  | "garbled"
  /** What the model wrote is not the JSON that was asked for, or not of its schema. */
  | "bad_json"
  | "wrong_schema"
  | "empty"
  | "no_usage"
  | "absurd_usage"
  | "negative_usage"
  /** Far more than was written, and charged. */
  | "overbilled"
  | "refusal"
  | "length"
  /** A tool is called instead of an answer. */
  | "tool_call"
  | "model_unknown"
  | "key_expired"
  | "no_credit"
  | "too_long"
  /** 400 to a request with a schema; with JSON of no schema in particular. */
  | "schema_refused"
  | "json_refused"
  /** A proxy's page, with 200. */
  | "html"
  /** The socket is destroyed without an answer. */
  | "refused_connection";

export type AskedTool = { name: string; parameters: unknown };

/** A request, whatever wire it came by. */
export type Asked = {
  model: string;
  streamed: boolean;
  messages: Message[];
  /** Null: none was given. */
  cap: number | null;
  tools: AskedTool[];
  /** Null: a tool need not be called; `""`: whichever. */
  forcedTool: string | null;
  /** Any JSON (`true`), or of this schema. */
  json: { schema: unknown } | true | null;
  /** Where a stream tells its usage: in an event of its own, in the last one of the answer, or nowhere. */
  usageIn: "own" | "last" | null;
};

/** Tokens. `cached` and `cacheWrite` are part of `input`, `reasoning` of `output`. */
export type Count = { input: number; cached: number; cacheWrite: number; output: number; reasoning: number };

export type Finish = "stop" | "length" | "tool" | "refusal";

export type Reply = {
  asked: Asked;
  /** Unlike any other's. */
  number: number;
  text: string;
  tool: { name: string; arguments: string } | null;
  finish: Finish;
  /** As it is told to the caller; null: not at all. */
  usage: Count | null;
};

/** A part of a stream. `share`: of the reply, from 0 to 1, that has been written once it is out. */
export type Frame = { bytes: string; share: number };

/** An answer in place of a reply. */
export type Refusal = { status: number; body: unknown; headers?: Record<string, string> };

export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(`refused with ${refusal.status}`);
    this.refusal = refusal;
  }
}

export type Failure = { fault: FaultKind; model: string; key: string | null; retryAfterMs: number };

/** As HTTP has them: names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;
export type Json = Readonly<Record<string, unknown>>;

/** One vendor's protocol. Read from its published reference and from what the AI SDK's package of the same name parses. */
export type Format = {
  /** Of a stream. */
  contentType: string;
  /** Throws Refused as the vendor would. `path`: below the host, without a query. */
  read(body: Json, path: string, headers: Headers): Asked;
  whole(reply: Reply): unknown;
  frames(reply: Reply): Frame[];
  /** An error in the middle of a stream. */
  brokenOff: string;
  /** An event of a stream that is not JSON. */
  garbled: string;
  /** Of every answer. */
  headers(number: number): Record<string, string>;
  /** `path`: as above, for dialects. */
  refusal(failure: Failure, path: string): Refusal;
  listed(models: readonly string[]): unknown;
};

export const objectOf = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const stringOf = (value: unknown): string => (typeof value === "string" ? value : "");
export const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** A message's content: text, or parts of which some are text. */
export const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : listOf(content)
        .map((part) => stringOf(objectOf(part)["text"]))
        .join("");

export const sse = (data: unknown, event?: string): string =>
  `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;

export const secondsOf = (ms: number): string => String(Math.max(1, Math.ceil(ms / 1_000)));
export const nowSeconds = (): number => Math.floor(Date.now() / 1_000);
