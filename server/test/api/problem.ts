/** What every failure looks like. */
import assert from "node:assert/strict";
import { Problem } from "@orchestratex/sdk/contract";
import type { FastifyInstance } from "fastify";
import { type FaultCode, faultOf } from "../../src/errors.ts";

type Reply = Awaited<ReturnType<FastifyInstance["inject"]>>;

export function assertProblem(reply: Reply, code: FaultCode, note = ""): Problem {
  const problem = Problem.parse(reply.json());
  assert.equal(problem.code, code, `${note} ${reply.body}`);
  assert.equal(reply.statusCode, faultOf(code).status);
  assert.equal(problem.status, reply.statusCode);
  assert.equal(problem.title, faultOf(code).title);
  assert.equal(problem.type, `/docs/errors#${code}`);
  assert.equal(reply.headers["content-type"], "application/problem+json");
  assert.equal(problem.instance, reply.headers["x-request-id"]);
  return problem;
}
