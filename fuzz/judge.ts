/** Whether an answer is right: documented for its route, true to its contract, and without anything of the inside. */
import type { Document, Operation } from "./document.ts";
import type { Asked } from "./requests.ts";
import type { Answer } from "./send.ts";

/** The parts of an answer that would show the inside of the server. */
const inside =
  /\n\s+at \S+.*:\d+:\d+|node_modules|file:\/\/\/|\/server\/src\/|SqlError|ZodError|pg_catalog|TypeError|RangeError/;

const SLOW_MS = 8_000;

/** Told before a route is known, or by Node's parser: no route lists them. */
const ofNoRoute: Record<number, RegExp> = {
  400: /^request\.malformed$/,
  403: /^request\.host$/,
  404: /^route\.not_found$/,
  405: /^route\.method$/,
  408: /^request\.timeout$/,
  413: /^request\.too_large$/,
  415: /^request\.media_type$/,
  431: /^request\.header_too_large$/,
};

type Problem = { status?: unknown; code?: unknown; detail?: unknown; title?: unknown; instance?: unknown };

/** What is wrong with an answer; none: it is right. */
export function faultsIn(document: Document, asked: Asked, answer: Answer): string[] {
  const { status, headers, text, ms } = answer;
  const faults: string[] = [];
  if (status >= 500) faults.push(`a ${status}`);
  if (ms > SLOW_MS) faults.push(`${Math.round(ms)} ms`);
  if (inside.test(text.replaceAll("\\n", "\n")) && headers["content-type"]?.includes("json") && status >= 400)
    faults.push("the inside shows");
  const byParser = headers["x-request-id"] === undefined;
  if (!byParser && headers["x-content-type-options"] !== "nosniff") faults.push("no security headers");
  const type = headers["content-type"]?.split(";")[0] ?? "";
  if (status >= 400) return [...faults, ...problemFaults(document, asked, answer, type)];
  if (!asked.operation) return faults;
  const documented = asked.operation.responses[status];
  if (!documented) return [...faults, `${status} is not documented`];
  if (text === "" || answer.cut || type === "text/event-stream") return faults;
  const promised = documented.content?.[type];
  if (!promised) return [...faults, `${status} with ${type} is not documented`];
  if (type !== "application/json") return faults;
  return [...faults, ...contractFaults(document, promised.schema, text)];
}

function contractFaults(document: Document, schema: object, text: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return ["the answer is not JSON"];
  }
  const fault = document.faultOf(schema, value);
  return fault === null ? [] : [`against its contract: ${fault}`];
}

function problemFaults(document: Document, asked: Asked, answer: Answer, type: string): string[] {
  const { operation, method, path } = asked;
  const { status, text, headers } = answer;
  if (method === "HEAD") return [];
  if (/^\/v1([/?]|$)/.test(path)) return openAiFaults(document, operation, answer, type);
  if (type !== "application/problem+json") return [`${status} as ${type || "nothing"}: ${text.slice(0, 100)}`];
  const problem = JSON.parse(text) as Problem;
  const faults = [
    ...(problem.status === status ? [] : [`status ${String(problem.status)} in an answer of ${status}`]),
    ...(headers["x-request-id"] === undefined || problem.instance === headers["x-request-id"]
      ? []
      : ["another request id"]),
    ...(typeof problem.detail === "string" && problem.detail !== "" ? [] : ["no detail"]),
    ...(String(problem.detail).length < 5_000 ? [] : [`a detail of ${String(problem.detail).length} characters`]),
  ];
  const code = String(problem.code);
  if (!operation || ofNoRoute[status]?.test(code)) return faults;
  return [...faults, ...undocumented(document, operation, status, code, problem)];
}

/** Under `/v1` failures have OpenAI's form. */
function openAiFaults(
  document: Document,
  operation: Operation | null,
  { status, text }: Answer,
  type: string,
): string[] {
  if (type !== "application/json") return [`${status} as ${type || "nothing"}: ${text.slice(0, 100)}`];
  const body = JSON.parse(text) as { error?: { message?: unknown; code?: unknown } };
  const { message, code } = body.error ?? {};
  const faults = [
    ...(typeof message === "string" && message !== "" ? [] : ["no message"]),
    ...(String(message).length < 5_000 ? [] : [`a message of ${String(message).length} characters`]),
  ];
  if (!operation || ofNoRoute[status]?.test(String(code))) return faults;
  return [...faults, ...undocumented(document, operation, status, String(code), body)];
}

function undocumented(
  document: Document,
  { responses }: Operation,
  status: number,
  code: string,
  problem: object,
): string[] {
  const documented = responses[status];
  if (!documented) return [`${status} ${code} is not documented`];
  const schema = Object.values(documented.content ?? {})[0]?.schema;
  const fault = schema ? document.faultOf(schema, problem) : "no contract of a problem";
  return [
    ...(documented.description.includes(`\`${code}\``) ? [] : [`${code} is not documented for ${status}`]),
    ...(fault === null ? [] : [`the problem against its contract: ${fault}`]),
  ];
}
