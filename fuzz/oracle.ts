/** Whether an answer is one that the contract allows. */
import { Problem } from "@orchestratex/sdk/contract";
import type { Case } from "./cases.ts";
import type { Contract } from "./document.ts";
import type { Reply } from "./send.ts";
import { SECRET } from "./server.ts";

export type Complaint = { column: string; what: string };

/** Refusals that any path may answer, whatever a route documents: the request as such is wrong. */
const anywhere = new Set([400, 403, 404, 405, 408, 413, 415, 417, 422, 431]);

export function complaintsOn(contract: Contract, one: Case, reply: Reply): Complaint[] {
  const found: Complaint[] = [];
  const complain = (column: string, what: string) => found.push({ column, what: `${reply.status} ${what}` });
  const { operation, kind } = one;
  const type = String(reply.headers["content-type"] ?? "");
  if (reply.status >= 500) complain("server_errors", reply.text.slice(0, 200));
  if (leaks.test(reply.text) || reply.text.includes(SECRET)) complain("leaks_inside", reply.text.slice(0, 200));
  if (one.method !== operation.method) return found;
  const known = operation.answers.get(reply.status);
  if (!known && !(kind === "shape" && anywhere.has(reply.status)) && !isRaw(reply) && reply.status !== 204)
    complain("undocumented", `of ${operation.id} is not documented: ${reply.text.slice(0, 160)}`);
  if (reply.status >= 400) {
    const why = problemOf(reply, type);
    if (why !== null) complain("bad_problems", why);
    else if (known && kind !== "shape") {
      const { code } = JSON.parse(reply.text) as { code: string };
      const named = operation.codes.get(reply.status) ?? [];
      if (!named.includes(code)) complain("undocumented", `${code} of ${operation.id} is not documented`);
    }
    if (kind === "fits" && (reply.status === 400 || reply.status === 415))
      complain("refused_wrongly", reply.text.slice(0, 300));
    return found;
  }
  const schema = known?.get(type.split(";")[0] ?? "");
  if (known && !schema && reply.text !== "") complain("undocumented", `${type} of ${operation.id} is not documented`);
  if (schema && type.startsWith("application/json") && !reply.cut) {
    const why = contract.problemWith(schema, parsed(reply.text));
    if (why !== null) complain("answers_off_contract", `${operation.id}: ${why}`);
  }
  if (kind === "body" && operation.body && one.value !== undefined) {
    const why = contract.problemWith(operation.body, JSON.parse(one.body?.toString() ?? "null"));
    if (why !== null) complain("accepted_wrongly", `${operation.id} took a body with ${one.what}: ${why}`);
  }
  return found;
}

const leaks = /node_modules|\n\s+at .*:\d+:\d+|\/server\/src\/|PGlite|syntax error at or near|invalid input syntax/;

/** What Node's own parser answers carries the same problem, written by hand. */
const isRaw = ({ status }: Reply): boolean => status === 400 || status === 431 || status === 408;

function problemOf({ text, headers }: Reply, type: string): string | null {
  if (headers["content-length"] === "0" || text === "") return null;
  if (!type.startsWith("application/problem+json"))
    return `${type || "no type"} in place of a problem: ${text.slice(0, 120)}`;
  const problem = Problem.safeParse(parsed(text));
  return problem.success ? null : `a problem that is none: ${text.slice(0, 200)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
