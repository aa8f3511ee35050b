/** Failures under `/v1` in OpenAI's shape: https://platform.openai.com/docs/guides/error-codes */
import { OpenAiError } from "@orchestratex/sdk/contract";
import { type AppError, type FaultCode, faultOf } from "../../errors.ts";
import { everywhere, withBody } from "../openapi.ts";

/** Where OpenAI's clients expect another status, code or field than ours. */
const translations: Partial<Record<FaultCode, { status?: number; code?: string; param?: string }>> = {
  "request.invalid": { status: 400 },
  "request.key_reused": { status: 400 },
  "feature.not_available": { status: 400 },
  "model.not_found": { code: "model_not_found", param: "model" },
  "embedding.not_found": { code: "model_not_found", param: "model" },
  "budget.exceeded": { code: "insufficient_quota" },
  "request.too_many": { code: "rate_limit_exceeded" },
  "provider.rate_limited": { status: 429, code: "rate_limit_exceeded" },
  "provider.too_long": { status: 400, code: "context_length_exceeded", param: "messages" },
  "session.not_found": { param: "metadata.session_id" },
  "session.ended": { param: "metadata.session_id" },
};

/** What went wrong inside is for the log. */
const INTERNAL = "Something failed on our side: the server's log has it under the id in the header x-request-id";

const statusOf = (code: FaultCode): number => translations[code]?.status ?? faultOf(code).status;

export const openAiErrorOf = (fault: AppError): OpenAiError => {
  const { code, param } = translations[fault.code] ?? {};
  const path = fault.errors?.[0]?.path;
  return {
    error: {
      message: fault.code === "internal" ? INTERNAL : fault.message,
      type: typeOf(statusOf(fault.code)),
      param: path ? dotted(path) : (param ?? null),
      code: code ?? fault.code,
    },
  };
};

/** `x-should-retry` is asked by OpenAI's own clients before they repeat a request by themselves. */
export const openAiAnswerTo = (fault: AppError) => {
  const status = statusOf(fault.code);
  return {
    status,
    headers: {
      "Content-Type": "application/json; charset=utf-8",
      "X-Should-Retry": String(fault.retry),
      ...(fault.retry && (status === 503 || status === 429) && { "Retry-After": String(pauseSecondsOf(fault)) }),
    },
    body: openAiErrorOf(fault),
  };
};

/** What the vendor asks for, where it does. */
const pauseSecondsOf = (fault: AppError): number =>
  "retryAfterMs" in fault && typeof fault.retryAfterMs === "number" ? Math.ceil(fault.retryAfterMs / 1_000) : 1;

function typeOf(status: number): string {
  if (status >= 500) return "server_error";
  if (status === 429) return "rate_limit_error";
  if (status === 402) return "insufficient_quota";
  if (status === 401) return "authentication_error";
  return "invalid_request_error";
}

/** As OpenAI writes it: `messages[0].content`. */
const dotted = (path: string): string => path.replace(/\.(\d+)(?=\.|$)/g, "[$1]");

/** The code as it is told, and our own where that is another. */
const codesOf = (code: FaultCode): string => {
  const told = translations[code]?.code ?? code;
  return told === code ? `\`${code}\`` : `\`${told}\` (\`${code}\`)`;
};

/** The answers of a route under `/v1` that are failures, as `problems` has them for `/api`. */
export function openAiErrors(codes: readonly FaultCode[], part: "body" | "none" = "none") {
  const all = [...new Set([...codes, ...(part === "body" ? withBody : []), ...everywhere])];
  return Object.fromEntries(
    Map.groupBy(all, statusOf)
      .entries()
      .map(([status, here]) => [
        status,
        {
          description: here.map((code) => `${codesOf(code)}: ${faultOf(code).title}`).join("; "),
          content: { "application/json": { schema: OpenAiError } },
        },
      ]),
  );
}
