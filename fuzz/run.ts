/**
 * `npm run fuzz -- [--quick] [--requests N] [--seed N]`: every route and every socket message, with what fits the contract and what does not.
 * Tables for people; the last line is one JSON object. None of the columns may be other than 0.
 */

import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Chance, chanceFrom } from "../chaos/chance.ts";
import { progress, tell } from "../chaos/report.ts";
import { type Case, caseFor } from "./cases.ts";
import { type Contract, contractOf, type OpenApi } from "./document.ts";
import { type Complaint, complaintsOn } from "./oracle.ts";
import { openScenery } from "./scenery.ts";
import { asCurl, openSender, type Reply } from "./send.ts";
import { SECRET, type Server, startServer } from "./server.ts";
import { fuzzSockets } from "./sockets.ts";

const AT_ONCE = 16;
/** The scenery is grown anew after so many requests. */
const GROW_EVERY = 400;
/** Growth of the memory over the second half of a run, in megabytes, that is still called none. */
const GROWTH_MB = 80;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    requests: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const requests = Number(values.requests ?? (values.quick ? 3_000 : 22_000));
const seed = Number(values.seed);
const folder = await mkdtemp(join(tmpdir(), "orchestratex-fuzz-"));
const server = await startServer(folder);
const base = `http://127.0.0.1:${server.port}`;
const findings: Record<string, string[]> = Object.fromEntries(
  ["server_errors", "crashed", "no_answer", "undocumented", "bad_problems", "answers_off_contract", "accepted_wrongly"]
    .concat(["refused_wrongly", "leaks_inside", "socket_faults", "logged_errors", "secrets_logged", "grown"])
    .map((name) => [name, []]),
);
const chance = chanceFrom(seed);
const contract = contractOf((await (await fetch(`${base}/openapi.json`)).json()) as OpenApi);
const counts = await overHttp(server, contract, chance);
const sockets = await fuzzSockets(server.port, chance, { messages: values.quick ? 600 : 4_000, ids: counts.pools });
for (const fault of sockets.faults) findings["socket_faults"]?.push(fault);
const rest = await atRest(server);
if (server.ended()) findings["crashed"]?.push(String(server.ended()));
await server.stop();
readLog(server.logFile);

const { byStatus, byKind, start, halfway } = counts;
const facts = {
  requests: counts.sent,
  operations: contract.operations.length,
  ...{ byKind, byStatus },
  start,
  halfway,
  rest,
  ...sockets.facts,
};
const fine = tell({ fuzz: "door", quick: values.quick, seed }, { findings: distinct(findings), facts, folder });
if (fine) await rm(folder, { recursive: true, force: true });
process.exit(fine ? 0 : 1);

async function overHttp(target: Server, { operations, schemas }: Contract, dice: Chance) {
  const scenery = await openScenery(base);
  await scenery.grow();
  const maker = { chance: dice, pools: scenery.pools, schemas };
  const sender = openSender(target.port);
  const byStatus: Record<string, number> = {};
  const byKind: Record<string, number> = {};
  let sent = 0;
  const start = target.size();
  let halfway = null as ReturnType<Server["size"]>;
  const one = async () => {
    while (sent < requests && target.ended() === null) {
      const number = sent++;
      if (number % GROW_EVERY === GROW_EVERY - 1)
        await scenery.grow().catch((error: unknown) => note("no_answer", `the scenery: ${error}`));
      if (number === Math.floor(requests / 2)) halfway = target.size();
      const operation = operations[number % operations.length];
      if (!operation) return;
      const given = caseFor(maker, operation);
      byKind[given.kind] = (byKind[given.kind] ?? 0) + 1;
      const reply = await sender.send(given).catch((error: unknown) => brokenOff(target, given, error));
      if (reply) {
        byStatus[reply.status] = (byStatus[reply.status] ?? 0) + 1;
        for (const complaint of complaintsOn(contract, given, reply)) found(target, given, complaint);
      }
      progress("hundreds of requests", number / 100, requests / 100);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  sender.close();
  return { sent, byStatus, byKind, start, halfway, pools: scenery.pools() };
}

/** A server may hang up on what is no HTTP, or on a body it has refused already; not on what fits. */
function brokenOff(target: Server, given: Case, error: unknown): Reply | null {
  const isBig = (given.body?.length ?? 0) > 1_000_000;
  if (!isBig && given.kind !== "shape") found(target, given, { column: "no_answer", what: String(error) });
  return null;
}

function found(target: Server, given: Case, { column, what }: Complaint): void {
  note(column, `${what}\n  [${given.kind}: ${given.what}] ${asCurl(target.port, given)}`);
}

function note(column: string, what: string): void {
  findings[column]?.push(what);
}

/** A few seconds without requests: what was open is closed, and the memory does not keep growing. */
async function atRest(target: Server) {
  const halfway = counts.halfway;
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  const size = target.size();
  const health = await fetch(`${base}/api/health`).then(
    (reply) => reply.json() as Promise<{ parts?: { live?: object } }>,
  );
  if (size && halfway && size.memory_mb - halfway.memory_mb > GROWTH_MB)
    note("grown", `from ${halfway.memory_mb} MB in the middle to ${size.memory_mb} MB at rest`);
  return { ...size, live: JSON.stringify(health.parts?.live ?? null) };
}

function readLog(file: string): void {
  const text = readFileSync(file, "utf8");
  if (text.includes(SECRET)) note("secrets_logged", "the key of the environment is in the log");
  for (const line of text.split("\n")) if (/^\{"level":(50|60)/.test(line)) note("logged_errors", line.slice(0, 600));
}

/** The same finding many times is one finding: told apart by what was found, not by the request. */
function distinct(all: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(all).map(([column, found]) => [
      column,
      [
        ...new Map(
          found.map((text) => [(text.split("\n")[0] ?? "").replace(/[0-9a-f-]{36}/g, "ID").slice(0, 110), text]),
        ).values(),
      ],
    ]),
  );
}
