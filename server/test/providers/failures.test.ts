/** Refusals in the vendors' own words, as their documentation and their users quote them, and what we call them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderError } from "../../src/providers/provider.ts";
import { vendorOf } from "../../src/providers/vendors.ts";
import { json, openServed } from "./served.ts";

type Case = readonly [vendor: string, status: number, code: string, body: unknown];

const openai = (message: string, type: string | null, code: string | number | null) => ({
  error: { message, type, param: null, code },
});
const anthropic = (type: string, message: string) => ({ type: "error", error: { type, message } });
const google = (code: number, status: string, message: string, details: unknown[] = []) => ({
  error: { code, message, status, details },
});

const cases: readonly Case[] = [
  [
    "openai",
    401,
    "key_rejected",
    openai("You must be a member of an organization to use the API", "invalid_request_error", null),
  ],
  [
    "openai",
    403,
    "key_rejected",
    openai("Country, region, or territory not supported", "request_forbidden", "unsupported_country_region_territory"),
  ],
  [
    "openai",
    403,
    "model_unknown",
    openai("Project `proj_1` does not have access to model `gpt-9`", "invalid_request_error", "model_not_found"),
  ],
  [
    "openai",
    404,
    "model_unknown",
    openai("The model `gpt-4-32k` has been deprecated, learn more here", "invalid_request_error", "model_not_found"),
  ],
  [
    "openai",
    429,
    "no_credit",
    openai(
      "You exceeded your current quota, please check your plan and billing details.",
      "insufficient_quota",
      "insufficient_quota",
    ),
  ],
  [
    "openai",
    429,
    "rate_limited",
    openai(
      "Rate limit reached for gpt-4.1 in organization org-1 on tokens per min (TPM): Limit 30000, Used 29000, Requested 1500.",
      "tokens",
      "rate_limit_exceeded",
    ),
  ],
  [
    "openai",
    400,
    "rejected",
    openai(
      "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
      "invalid_request_error",
      "invalid_prompt",
    ),
  ],
  [
    "openai",
    400,
    "too_long",
    openai(
      "Invalid 'messages[0].content': string too long. Expected a string with maximum length 10485760.",
      "invalid_request_error",
      "string_above_max_length",
    ),
  ],
  ["anthropic", 401, "key_rejected", anthropic("authentication_error", "invalid x-api-key")],
  [
    "anthropic",
    403,
    "key_rejected",
    anthropic("permission_error", "Your API key does not have permission to use the specified resource."),
  ],
  ["anthropic", 404, "model_unknown", anthropic("not_found_error", "model: claude-2.1")],
  [
    "anthropic",
    400,
    "no_credit",
    anthropic("invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
  ],
  ["anthropic", 413, "too_long", anthropic("request_too_large", "Request exceeds the maximum size")],
  [
    "anthropic",
    400,
    "rejected",
    anthropic("invalid_request_error", "messages: final assistant content cannot end with trailing whitespace"),
  ],
  ["anthropic", 529, "failed", anthropic("overloaded_error", "Overloaded")],
  [
    "google",
    400,
    "key_rejected",
    google(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", [{ reason: "API_KEY_INVALID" }]),
  ],
  [
    "google",
    403,
    "key_rejected",
    google(
      403,
      "PERMISSION_DENIED",
      "Generative Language API has not been used in project 1 before or it is disabled.",
    ),
  ],
  [
    "google",
    404,
    "model_unknown",
    google(404, "NOT_FOUND", "models/gemini-1.0-pro is not found for API version v1beta"),
  ],
  ["google", 503, "failed", google(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")],
  ["google", 400, "rejected", google(400, "FAILED_PRECONDITION", "User location is not supported for the API use.")],
  ["mistral", 401, "key_rejected", { detail: "Unauthorized" }],
  [
    "mistral",
    400,
    "model_unknown",
    { object: "error", message: "Invalid model: mistral-tiny-1", type: "invalid_model", param: null, code: "1500" },
  ],
  [
    "mistral",
    422,
    "rejected",
    { object: "error", message: { detail: [{ msg: "Field required" }] }, type: "invalid_request_error" },
  ],
  [
    "xai",
    400,
    "key_rejected",
    {
      code: "Client specified an invalid argument",
      error: "Incorrect API key provided: xa***et. You can obtain an API key from https://console.x.ai.",
    },
  ],
  [
    "xai",
    404,
    "model_unknown",
    {
      code: "Some requested entity was not found",
      error: "The model grok-1 does not exist or your team does not have access to it.",
    },
  ],
  [
    "xai",
    403,
    "no_credit",
    {
      code: "The caller does not have permission to execute the specified operation",
      error: "Your team has used all available credits or reached its monthly spending limit.",
    },
  ],
  [
    "openrouter",
    402,
    "no_credit",
    openai("Insufficient credits. Add more using https://openrouter.ai/settings/credits", null, 402),
  ],
  ["openrouter", 400, "model_unknown", openai("acme/none is not a valid model ID", null, 400)],
  [
    "openrouter",
    403,
    "rejected",
    openai("Your chosen model requires moderation and your input was flagged", null, 403),
  ],
  ["openrouter", 200, "rate_limited", openai("Provider returned error", null, 429)],
  ["openrouter", 200, "failed", openai("Provider returned error", null, 502)],
  [
    "groq",
    400,
    "model_unknown",
    openai(
      "The model `mixtral-8x7b-32768` has been decommissioned and is no longer supported.",
      "invalid_request_error",
      "model_decommissioned",
    ),
  ],
  [
    "groq",
    413,
    "too_long",
    openai(
      "Request too large for model `llama` on tokens per minute (TPM): Limit 6000, Requested 9000",
      "tokens",
      "rate_limit_exceeded",
    ),
  ],
  [
    "alibaba",
    400,
    "no_credit",
    openai("Access denied, please make sure your account is in good standing.", "Arrearage", "Arrearage"),
  ],
  [
    "alibaba",
    400,
    "too_long",
    openai("Range of input length should be [1, 30720]", "invalid_request_error", "invalid_parameter_error"),
  ],
  [
    "together",
    422,
    "too_long",
    openai(
      "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193: context length exceeds the context",
      "invalid_request_error",
      null,
    ),
  ],
  ["ollama", 404, "model_unknown", { error: 'model "llama9" not found, try pulling it first' }],
  ["ollama", 500, "failed", { error: "model requires more system memory (8.4 GiB) than is available" }],
  ["openai-compatible", 401, "key_rejected", "no body that anybody understands"],
  ["openai-compatible", 408, "failed", { detail: "Request timed out" }],
  ["openai-compatible", 502, "failed", {}],
];

for (const [id, status, code, body] of cases)
  test(`${id} ${status} ${JSON.stringify(body).slice(0, 90)} is ${code}`, async (t) => {
    const vendor = vendorOf(id) ?? assert.fail(id);
    const { ask } = await openServed(t, json(status, body));
    for (const stream of [false, true])
      await assert.rejects(ask(vendor, { stream }), (error) => {
        assert.ok(error instanceof ProviderError, String(error));
        assert.deepEqual(
          [error.code, error.httpStatus, error.free],
          [`provider.${code}`, status, vendor.freeStatuses.includes(status)],
          error.message,
        );
        return true;
      });
  });

/** From when it is asked: the file may have been read long before. */
const inAMinute = Object.defineProperty({}, "retry-after", {
  enumerable: true,
  get: () => new Date(Date.now() + 60_000).toUTCString(),
});

const waits: readonly (readonly [string, Record<string, string>, unknown, (ms: number | null) => boolean])[] = [
  ["milliseconds", { "retry-after-ms": "1234", "retry-after": "2" }, {}, (ms) => ms === 1_234],
  ["seconds", { "retry-after": "7" }, {}, (ms) => ms === 7_000],
  ["a fraction of a second", { "retry-after": "0.25" }, {}, (ms) => ms === 250],
  ["a date", inAMinute, {}, (ms) => ms !== null && ms > 50_000 && ms <= 60_000],
  ["a date gone by", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, {}, (ms) => ms === 1],
  [
    "Google's RetryInfo",
    {},
    google(429, "RESOURCE_EXHAUSTED", "Quota", [{ retryDelay: "34.07s" }]),
    (ms) => ms === 34_070,
  ],
  ["nothing", {}, {}, (ms) => ms === null],
  ["nonsense", { "retry-after": "soon" }, {}, (ms) => ms === null],
  ["less than nothing", { "retry-after": "-3" }, {}, (ms) => ms === null],
];

for (const [name, headers, body, fits] of waits)
  test(`how long to wait is read from ${name}`, async (t) => {
    const { ask } = await openServed(t, json(429, body, headers));
    await assert.rejects(
      ask(vendorOf("google") ?? assert.fail()),
      (error) => error instanceof ProviderError && error.code === "provider.rate_limited" && fits(error.retryAfterMs),
    );
  });

test("a vendor's words are bounded", async (t) => {
  const { ask } = await openServed(t, json(400, { error: { message: "word ".repeat(5_000) } }));
  await assert.rejects(
    ask(vendorOf("openai") ?? assert.fail()),
    (error) => error instanceof Error && error.message.length < 600,
  );
});

test("a page in place of an answer is unreadable, whatever its status, and not shown", async (t) => {
  for (const status of [200, 404]) {
    const { ask } = await openServed(t, (_, response) => {
      response.writeHead(status, { "content-type": "text/html" }).end("<!doctype html><title>Captive portal</title>");
    });
    await assert.rejects(ask(vendorOf("openai") ?? assert.fail()), (error) => {
      assert.ok(error instanceof ProviderError && error.code === "provider.unreadable");
      assert.doesNotMatch(error.message, /portal/);
      return true;
    });
  }
});
