/**
 * From whatever went wrong while a provider was asked to one of our codes, with the vendor's own words. Pure.
 * The cause itself is not handed on: the packages' errors hold the whole request, and a parser's message quotes the model.
 */
import type { FaultCode } from "../errors.ts";
import { ConnectionError } from "./http.ts";
import { ProviderError } from "./provider.ts";
import { redacted } from "./redact.ts";
import type { Vendor } from "./vendors.ts";

/** An answer that is no answer of a model: an error's status, or 200 with something else in it. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;

  constructor(status: number, headers: Headers, body: string) {
    super(`HTTP ${status}`);
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** The stream came to its end before the model had said that it is done. */
export class BrokenOff extends Error {
  override readonly name = "BrokenOff";
}

export type About = {
  vendor: Vendor;
  /** Never to be seen: keys, and values of headers. */
  secrets: readonly string[];
  /** Whether it came to a request at all. */
  sent: boolean;
  /** What we sent: a vendor that quotes it back is not repeated. */
  prompt: readonly string[];
};

export function failureOf(fault: unknown, about: About): ProviderError {
  if (fault instanceof ProviderError) return fault;
  const { title } = about.vendor;
  const chain = causesOf(fault);
  const connection = chain.find((cause) => cause instanceof ConnectionError);
  if (connection) return connectionFailure(connection, title);
  const answer = chain.find((cause) => cause instanceof AnswerError);
  if (answer) return answerFailure(answer, about);
  if (chain.some((cause) => cause instanceof BrokenOff))
    return new ProviderError("provider.unreachable", `${title} broke off in the middle of its answer.`, {
      free: false,
    });
  const name = fault instanceof Error ? fault.name : typeof fault;
  if (!about.sent)
    return new ProviderError(
      "provider.rejected",
      `This cannot be asked of ${title} (${name}: ${said(`${fault}`, about)}).`,
      {
        free: true,
      },
    );
  const told = toldIn(chain);
  if (told) return toldFailure(told, about);
  return new ProviderError("provider.unreadable", `What ${title} answered is not what its wire promises (${name}).`, {
    free: false,
  });
}

const unreadable = new Set(["REDIRECTED", "ENCODED", "TOO_LARGE", "HPE_INVALID_CONSTANT", "HPE_INVALID_HEADER_TOKEN"]);

function connectionFailure({ reason, sent }: ConnectionError, title: string): ProviderError {
  const what = sent ? "did not answer to its end" : "cannot be reached";
  return new ProviderError(
    unreadable.has(reason) ? "provider.unreadable" : "provider.unreachable",
    `${title} ${what} (${reason}).`,
    { free: !sent },
  );
}

function answerFailure({ status, headers, body }: AnswerError, about: About): ProviderError {
  const { vendor } = about;
  const told = toldBy(body);
  const code = told ? codeOf(status === 200 ? (told.status ?? 500) : status, told) : statusOnly(status, body);
  const words = said(told?.message ?? (status === 200 ? "a page, no answer of a model" : ""), about);
  return new ProviderError(code, `${vendor.title} answered ${status}${words && `: ${words}`}`, {
    free: vendor.freeStatuses.includes(status),
    httpStatus: status,
    retryAfterMs: retryAfter(headers, told?.retryDelay ?? null),
  });
}

/** An error that came inside an answer with status 200, so part of it may be billed. */
function toldFailure(told: Told, about: About): ProviderError {
  const words = said(told.message, about);
  const code = codeOf(told.status ?? 500, told);
  return new ProviderError(code, `${about.vendor.title} failed while it answered${words && `: ${words}`}`, {
    free: false,
    httpStatus: 200,
    retryAfterMs: null,
  });
}

const said = (words: string, { secrets, prompt }: About): string => redacted(words, secrets, prompt);

/** What an error object says. `kinds`: its type, code and status, whatever the vendor calls them. */
export type Told = { message: string; kinds: string; status: number | null; retryDelay: string | null };

const rules: readonly (readonly [FaultCode, RegExp])[] = [
  [
    "provider.no_credit",
    /insufficient_quota|perday|insufficient[_ ](?:credit|balance|funds)|credit balance is too low|billing_(?:hard_limit|not_active)|arrearage|available credits|usage limit/i,
  ],
  ["provider.key_rejected", /api_key_invalid|(?:invalid|incorrect) api key|api key not valid/i],
  [
    "provider.too_long",
    /context_length_exceeded|string_above_max_length|(?:maximum|max) context length|context (?:window|length) (?:limit|exceeded|of)|prompt is too long|input is too long|input token count|too many (?:input )?tokens|reduce the length|range of input length|exceeds the context/i,
  ],
  [
    "provider.model_unknown",
    /model_not_found|model_decommissioned|invalid_model|invalid model|not a valid model|model\b.{0,120}(?:not found|does not exist|no longer (?:available|supported)|decommissioned)/i,
  ],
];

function codeOf(status: number, told: Told): FaultCode {
  if (status !== 429 || /insufficient_quota|billing|perday/.test(told.kinds)) {
    const text = `${told.kinds} ${told.message}`;
    const rule = status < 500 && rules.find(([, pattern]) => pattern.test(text));
    if (rule) return rule[0];
  }
  if (/overloaded/.test(told.kinds)) return "provider.failed";
  if (/rate_limit/.test(told.kinds) && status !== 413) return "provider.rate_limited";
  if (status === 403 && /moderat|flagged|content|safety/i.test(told.message)) return "provider.rejected";
  return statusOnly(status, "{");
}

function statusOnly(status: number, body: string): FaultCode {
  if (status === 401 || status === 403) return "provider.key_rejected";
  if (status === 402) return "provider.no_credit";
  if (status === 404 && !isPage(body)) return "provider.model_unknown";
  if (status === 413) return "provider.too_long";
  if (status === 429) return "provider.rate_limited";
  if (status >= 500 || status === 408 || status === 409) return "provider.failed";
  return status < 400 || isPage(body) ? "provider.unreadable" : "provider.rejected";
}

const isPage = (body: string): boolean => /^\s*<(?:!doctype|html|\?xml)/i.test(body);

/** In ms, at least 1, because 0 says that something else than time has changed; null: the vendor does not say. */
function retryAfter(headers: Headers, delay: string | null): number | null {
  const asked = asksToWait(headers, delay);
  return asked === null ? null : Math.max(1, Math.round(asked));
}

/** `retry-after-ms`, `retry-after` in seconds or as a date, or Google's RetryInfo such as `34.07s`. */
function asksToWait(headers: Headers, delay: string | null): number | null {
  const exact = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (exact >= 0) return exact;
  const after = headers.get("retry-after");
  if (after !== null && Number(after) >= 0) return Number(after) * 1000;
  if (after !== null && /^[A-Z][a-z]{2},/.test(after) && !Number.isNaN(Date.parse(after)))
    return Date.parse(after) - Date.now();
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(delay ?? "")?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

/** The error in a body, in the shapes of OpenAI, Anthropic, Google, Mistral, Ollama and their imitators; null: there is none. */
export function toldBy(body: string): Told | null {
  try {
    const value: unknown = JSON.parse(body);
    return errorIn(Array.isArray(value) ? value[0] : value);
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function errorIn(value: unknown): Told | null {
  if (typeof value === "string") return { message: value, kinds: "", status: null, retryDelay: null };
  if (!isObject(value)) return null;
  const isError = isObject(value["error"]);
  const inner = isObject(value["error"]) ? value["error"] : value;
  const texts = [inner["message"], value["message"], value["error"], value["detail"], value["msg"]];
  const message = texts.find((text) => typeof text === "string" && text !== "");
  const kinds = [inner["type"], inner["code"], inner["status"], inner["reason"], value["type"], value["code"]];
  const details = Array.isArray(inner["details"]) ? inner["details"].filter(isObject) : [];
  const quotas = details.flatMap(({ violations }) => (Array.isArray(violations) ? violations.filter(isObject) : []));
  const reasons = [...details.map(({ reason }) => reason), ...quotas.map(({ quotaId }) => quotaId)];
  const named = [...kinds, ...reasons].filter((kind) => typeof kind === "string" || typeof kind === "number");
  if (message === undefined && !isError) return null;
  const delay = details.map((detail) => detail["retryDelay"]).find((text) => typeof text === "string");
  const status = [inner["statusCode"], inner["code"], value["code"]].map(Number).find((n) => n >= 400 && n < 600);
  return {
    message: typeof message === "string" ? message : "",
    kinds: named.join(" ").toLowerCase(),
    status: status ?? null,
    retryDelay: typeof delay === "string" ? delay : null,
  };
}

/** An error that a package hands on from inside a stream or a reply. A parser's own message quotes the model, so it is not taken. */
function toldIn(chain: readonly unknown[]): Told | null {
  for (const link of chain) {
    if (!(link instanceof Error)) return errorIn(link);
    const { data, value, responseBody } = link as Error & { data?: unknown; value?: unknown; responseBody?: unknown };
    const told =
      typeof responseBody === "string"
        ? toldBy(responseBody)
        : (errorIn(data) ?? (isObject(value) ? errorIn(value) : null));
    if (told) return told;
  }
  return null;
}

function causesOf(fault: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let link = fault; link !== undefined && chain.length < 10; link = link instanceof Error ? link.cause : undefined)
    chain.push(link);
  return chain;
}
