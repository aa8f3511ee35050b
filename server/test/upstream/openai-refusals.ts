/** What OpenAI's wire refuses with, and how those who followed it differ; the first word of the path says who (`/mistral/v1/...`). */
import { type Failure, objectOf, type Refusal, secondsOf, stringOf } from "./wire.ts";

/** `/v1/...` is OpenAI itself. */
export const vendorIn = (path: string): string => {
  const first = path.split("/")[1] ?? "";
  return first === "v1" ? "openai" : first;
};

/** The same refusal in another vendor's form; docs.mistral.ai, docs.x.ai and openrouter.ai/docs have them. */
export function inDialect(vendor: string, refusal: Refusal): Refusal {
  const { message, type, param, code } = objectOf(objectOf(refusal.body)["error"]);
  const isBroke = code === "insufficient_quota";
  const status = isBroke && (vendor === "openrouter" || vendor === "mistral") ? 402 : refusal.status;
  switch (vendor) {
    case "mistral":
      return { ...refusal, status, body: { object: "error", message, type, param, code } };
    case "xai":
      return { ...refusal, status, body: { code: stringOf(code ?? type), error: message } };
    case "openrouter":
      return { ...refusal, status, body: { error: { message, code: status } } };
    default:
      return refusal;
  }
}

const error = (
  status: number,
  message: string,
  type: string,
  code: string | null = null,
  param: string | null = null,
): Refusal => ({ status, body: { error: { message, type, param, code } } });

/** The words are OpenAI's: platform.openai.com/docs/guides/error-codes, and its replies as people quote them. */
export function refusal({ fault, model, key, retryAfterMs }: Failure): Refusal {
  switch (fault) {
    case "rate_limited":
    case "rate_limited_silent":
      return {
        ...error(
          429,
          `Rate limit reached for ${model} on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in ${retryAfterMs}ms.`,
          "requests",
          "rate_limit_exceeded",
        ),
        headers: {
          "x-ratelimit-limit-requests": "3",
          "x-ratelimit-remaining-requests": "0",
          "x-ratelimit-reset-requests": `${retryAfterMs}ms`,
          ...(fault === "rate_limited" && {
            "retry-after-ms": String(retryAfterMs),
            "retry-after": secondsOf(retryAfterMs),
          }),
        },
      };
    case "overloaded":
      return error(503, "The engine is currently overloaded, please try again later.", "server_error");
    case "model_unknown": {
      const message = `The model \`${model}\` does not exist or you do not have access to it.`;
      return error(404, message, "invalid_request_error", "model_not_found");
    }
    case "key_expired": {
      const message = `Incorrect API key provided: ${masked(key ?? "")}. You can find your API key at https://platform.openai.com/account/api-keys.`;
      return error(401, message, "invalid_request_error", "invalid_api_key");
    }
    case "no_credit": {
      const message = "You exceeded your current quota, please check your plan and billing details.";
      return error(429, message, "insufficient_quota", "insufficient_quota");
    }
    case "too_long": {
      const message =
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. Please reduce the length of the messages.";
      return error(400, message, "invalid_request_error", "context_length_exceeded", "messages");
    }
    case "schema_refused":
    case "json_refused": {
      const type = fault === "schema_refused" ? "json_schema" : "json_object";
      const message = `Invalid parameter: 'response_format' of type '${type}' is not supported with this model.`;
      return error(400, message, "invalid_request_error", null, "response_format");
    }
    default:
      return error(500, "The server had an error while processing your request. Sorry about that!", "server_error");
  }
}

/** As OpenAI quotes a key: a short one whole. */
const masked = (key: string): string =>
  key.length <= 12 ? key : `${key.slice(0, 8)}${"*".repeat(key.length - 12)}${key.slice(-4)}`;
