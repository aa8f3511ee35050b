/** `npm run fuzz [-- --quick --seed N --times N]`: every route with all kinds of requests, and every socket. The last line is one JSON object. */
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Chance, chanceFrom } from "../chaos/chance.ts";
import { type Document, readDocument } from "./document.ts";
import { faultsIn } from "./judge.ts";
import { type Asked, nextRequest, type Pool } from "./requests.ts";
import { type Answer, agent, curlOf, send } from "./send.ts";
import { type Server, startServer } from "./server.ts";
import { socketTurn } from "./sockets.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    times: { type: "string" },
  },
});
const seed = Number(values.seed);
const times = Number(values.times ?? (values.quick ? 4_000 : 24_000));
const AT_ONCE = 16;
/** Ids that are kept of each kind; older ones give way. */
const MOST_KNOWN = 60;
/** Of what lives after a collection, from the first quarter to the end. */
const MOST_GROWTH_MB = 40;
const MOST_NEW_HANDLES = 10;

/** The same fault of the same route is told once, with the first request that brought it. */
type Found = Map<string, { times: number; curl: string }>;

const found: Found = new Map();
const kinds: Record<string, number> = {};
const statuses: Record<string, number> = {};
/** Memory at each tenth. */
const course: number[] = [];
const slowest: { name: string; kind: string; ms: number }[] = [];

function report(what: string, curl: string): void {
  const known = found.get(what);
  if (known) known.times++;
  else {
    found.set(what, { times: 1, curl });
    process.stderr.write(`found: ${what}\n  ${curl}\n`);
  }
}

const count = (counts: Record<string, number>, name: string) => {
  counts[name] = (counts[name] ?? 0) + 1;
};

const remember = (pool: Pool, chance: Chance, kind: keyof Pool, id: unknown): void => {
  if (typeof id !== "string" || pool[kind].includes(id)) return;
  if (pool[kind].length < MOST_KNOWN) pool[kind].push(id);
  else pool[kind][chance.whole(0, MOST_KNOWN - 1)] = id;
};

/** What an answer brings into being is used by later requests. */
function learn(pool: Pool, chance: Chance, { operation }: Asked, { status, text, headers }: Answer): void {
  if (status >= 300 || !operation || !headers["content-type"]?.startsWith("application/json") || text === "") return;
  const body = JSON.parse(text) as Record<string, unknown>;
  remember(pool, chance, "thread_id", body["thread_id"]);
  remember(pool, chance, "response_id", body["best_response_id"]);
  if (operation.operationId === "createSession") remember(pool, chance, "session_id", body["id"]);
  if (operation.operationId === "createModel") remember(pool, chance, "model_name", body["model_name"]);
}

async function requests(server: Server, document: Document, pool: Pool, from: number, to: number): Promise<void> {
  let next = from;
  const worker = async () => {
    while (next < to && server.isAlive()) {
      const turn = next++;
      const chance = chanceFrom(seed * 1_000_003 + turn);
      const asked = nextRequest(document, pool, chance);
      const answer = await send(server.base, asked);
      const name = asked.operation ? `${asked.operation.method} ${asked.operation.path}` : `${asked.method} elsewhere`;
      count(kinds, asked.kind);
      if (typeof answer === "string") {
        count(statuses, "no answer");
        // Whoever is refused before all was sent may find the line closed.
        if (!/EPIPE|ECONNRESET|socket hang up|not sent/.test(answer))
          report(`${name}: ${answer}`, curlOf(server.base, asked));
        continue;
      }
      count(statuses, String(answer.status));
      slowest.push({ name, kind: asked.kind, ms: Math.round(answer.ms) });
      for (const fault of faultsIn(document, asked, answer)) report(`${name}: ${fault}`, curlOf(server.base, asked));
      learn(pool, chance, asked, answer);
      if (turn % Math.ceil(times / 10) === 0) course.push(server.rssMb());
      if (turn % 2_000 === 0) process.stderr.write(`${turn} of ${times} requests (seed ${seed})\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function sockets(server: Server, document: Document, pool: Pool): Promise<Record<string, number>> {
  const turns: Record<string, number> = {};
  if (document.sockets.length === 0) return turns;
  let next = 0;
  const worker = async () => {
    while (next < times / 10 && server.isAlive()) {
      const chance = chanceFrom(seed * 7_919 + next++);
      const { name, fault } = await socketTurn(server.base, document.sockets, pool, chance);
      count(turns, name);
      if (fault) report(`socket: ${fault.replace(/[0-9a-f-]{36}/g, "ID")}`, `seed ${seed}, socket ${next}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return turns;
}

/** Until nothing runs any more: a thread of ten rounds may still be at work. */
async function idle(server: Server): Promise<{ connections?: number }> {
  for (let tries = 0; tries < 60; tries++) {
    const health = (await (await fetch(`${server.base}/api/health`)).json()) as {
      parts: { jobs: { queued: number; running: number }; live?: { connections: number } };
    };
    const { jobs, live } = health.parts;
    if (jobs.queued + jobs.running === 0 && !live?.connections) return {};
    if (tries === 59) return { connections: live?.connections ?? 0 };
    await pause(500);
  }
  return {};
}

/** `/health` answers throughout, and quickly. */
function watch(server: Server) {
  const slowest = { ms: 0 };
  const timer = setInterval(async () => {
    const started = performance.now();
    const alive = await fetch(`${server.base}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    slowest.ms = Math.max(slowest.ms, Math.round(performance.now() - started));
    if (!alive) report("/health does not answer", `curl ${server.base}/health`);
  }, 250);
  return { slowest, end: () => clearInterval(timer) };
}

const server = await startServer();
const document = await readDocument(server.base);
const pool: Pool = { session_id: [], thread_id: [], model_name: [], response_id: [] };
const { items } = (await (await fetch(`${server.base}/api/models/?limit=100`)).json()) as {
  items: { model_name: string }[];
};
for (const { model_name } of items) pool.model_name.push(model_name);

const probe = watch(server);
const started = performance.now();
/** From here on what lives should grow no more. */
const warmUp = Math.floor(times / 4);
await requests(server, document, pool, 0, warmUp);
await idle(server);
const before = await server.weight();
await requests(server, document, pool, warmUp, times);
const seconds = (performance.now() - started) / 1000;
const turns = await sockets(server, document, pool);
agent.destroy();
const { connections = 0 } = server.isAlive() ? await idle(server) : {};
probe.end();
await pause(3_000);
const after = server.isAlive() ? await server.weight() : before;
if (!server.isAlive()) report("the server died", "see its log above");
if (connections > 0) report(`${connections} sockets or streams are still open`, "GET /api/health");
if (after.heap_mb - before.heap_mb > MOST_GROWTH_MB)
  report(`what lives grew from ${before.heap_mb} to ${after.heap_mb} MB`, "");
if (after.handles - before.handles > MOST_NEW_HANDLES)
  report(`handles grew from ${before.handles} to ${after.handles}`, "");
for (const line of server.alarms) report(`the log: ${line.slice(0, 300)}`, line);
const code = await server.stop();
if (code !== 0) report(`the server ended with ${code}`, "SIGTERM");

const facts = {
  ...{ requests: times, per_second: Math.round(times / seconds), routes: document.operations.length, kinds, statuses },
  ...{
    socket_turns: Object.values(turns).reduce((sum, one) => sum + one, 0),
    turns,
    health_slowest_ms: probe.slowest.ms,
  },
  ...{ before, after, rss_course_mb: course, log_lines: server.lines() },
  slowest: slowest.toSorted((a, b) => b.ms - a.ms).slice(0, 5),
};
console.table(Object.entries(facts).map(([what, value]) => ({ what, value: JSON.stringify(value) })));
console.table([...found].map(([what, { times: often }]) => ({ found: what.slice(0, 150), times: often })));
process.stdout.write(
  `${JSON.stringify({ fuzz: true, quick: values.quick, seed, ok: found.size === 0, found: found.size, ...facts })}\n`,
);
process.exit(found.size === 0 ? 0 : 1);
