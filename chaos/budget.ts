/** A thousand prompts at once over a few dozen sessions with limits, at a vendor that fails, cuts, forgets and overcharges; with stops and kills. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { chanceFrom } from "./chance.ts";
import { units } from "./looks.ts";
import { modelNames } from "./models.ts";
import type { Refused } from "./refusals.ts";
import type { Report } from "./report.ts";
import type { ChaosOptions } from "./run.ts";
import { atRest, openScene, removed, type Scene } from "./scene.ts";
import type { Rows } from "./witness.ts";

export async function chaos({ quick, times = quick ? 100 : 1_000, seed, database }: ChaosOptions): Promise<Report> {
  const chance = chanceFrom(seed);
  const seats = Math.ceil(times / 25);
  const scene = await openScene("budget", {
    chance,
    server: database,
    wishes: {
      ...{ atOnce: times, most: times, prompts: 26, seats, stops: 0.08, repeats: 0.05 },
      limits: [0.1, 0.6, 1.5, 4, 0.3],
      modes: ["checked", "thorough", "quick", "thorough"],
      deadlineMs: 600_000,
    },
    vendor: {
      faults: {
        ...{ cut: 0.02, no_usage: 0.02, rate_limited: 0.03, overbilled: 0.006, slow: 0.03, hang: 0.001 },
        ...{ server_error: 0.01, overloaded: 0.01, error_midway: 0.01, garbled: 0.01, refused_connection: 0.01 },
        ...{ negative_usage: 0.01, rate_limited_silent: 0.01, html: 0.005, empty: 0.01, length: 0.01, refusal: 0.01 },
      },
      callMs: [50, 400],
    },
    env: { ORCHESTRATEX_THREADS_AT_ONCE: "1000", DATABASE_POOL_MAX: "30" },
    lookEveryMs: 5,
  });
  const refusals = path.join(scene.folder, "refusals.jsonl");
  const operator = puttingBack(scene);
  let kills = 0;
  let last = scene.start({ CHAOS_REFUSALS: refusals });
  for (const share of quick ? [0.5] : [0.3, 0.7, 1.2]) {
    await sentBy(scene, share * times);
    last.signal("SIGKILL");
    await last.ended;
    kills++;
    // Another node would wait for the lease; here the next start is the only one.
    await scene.server?.run("update conversation_threads set lease_until = now() where lease_until is not null");
    last = scene.start({ CHAOS_REFUSALS: refusals });
  }
  const { findings, facts, folder } = await atRest(scene, [last], {
    more: (rows) => ({ ...refusedWrongly(rows, read(refusals)), hardly_asked: hardlyAsked(scene, times) }),
  });
  operator.abort();
  const refused = read(refusals);
  if (Object.values(findings).every((found) => found.length === 0)) removed(folder);
  const excess = scene.vendor.calls.reduce((sum, call) => sum + call.excess, 0n);
  return {
    findings,
    facts: {
      engine: database ? "server" : "embedded",
      kills,
      refused_reservations: refused.length,
      excess_pico: String(excess),
      ...facts,
    },
    folder,
  };
}

/** A minute: a start may take that long on a machine with other work. */
const STILL = 300;

/** The vendor has had so many calls, or nothing has come for a while. */
async function sentBy({ vendor }: Scene, calls: number): Promise<void> {
  let before = -1;
  for (let still = 0; vendor.calls.length < calls && still < STILL; ) {
    still = before === vendor.calls.length ? still + 1 : 0;
    before = vendor.calls.length;
    await pause(200);
  }
}

/** Prompts that fail before a model is asked prove nothing. */
const hardlyAsked = ({ vendor }: Scene, prompts: number): string[] =>
  vendor.calls.length < prompts ? [`${vendor.calls.length} calls for ${prompts} prompts`] : [];

/** A model that charged more than was reserved takes no part where there is a limit, until someone puts it back. */
function puttingBack({ crowd }: Scene): AbortController {
  const control = new AbortController();
  const work = async () => {
    while (!control.signal.aborted) {
      for (const name of modelNames)
        await crowd.line.ask(`/api/models/${name}`, { method: "PUT", body: { is_active: true } });
      await pause(500);
    }
  };
  void work();
  return control;
}

const read = (file: string): Refused[] => {
  try {
    return readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Refused);
  } catch {
    return [];
  }
};

/** More than the shortest answer of the dearest model to the longest prompt of this chaos. */
const SURELY_ENOUGH = units(0.05);

/**
 * No thread was refused what would have fitted. Of each refused reservation, by a look right after it (what is free only
 * shrinks); of threads that ended for money without asking for any, by what is free at the very end.
 */
function refusedWrongly({ threads, sessions }: Rows, refusals: readonly Refused[]) {
  const wrongly: string[] = [];
  const fits = (free: number | null, need: number) => free === null || units(free) >= units(need);
  for (const { thread_id, need, session_free, thread_free } of refusals)
    if (fits(session_free, need) && fits(thread_free, need))
      wrongly.push(`${thread_id} was refused ${need}: free ${session_free} in its session, ${thread_free} in itself`);
  const asked = new Set(refusals.map(({ thread_id }) => thread_id));
  const byId = new Map(sessions.map((session) => [session.id, session]));
  for (const { id, session_id, stop_reason, failure_reason, settings } of threads) {
    if ((stop_reason !== "cost_limit" && failure_reason !== "budget.exceeded") || asked.has(id)) continue;
    const session = byId.get(session_id);
    if (!session || settings["context_mode"] !== "none") continue;
    const { total_cost, overrun, unconfirmed, cost_limit } = session;
    const free = units(cost_limit) - units(total_cost) - units(overrun) - units(unconfirmed);
    if (cost_limit === null || free > SURELY_ENOUGH)
      wrongly.push(`${id} ended for money, and ${free} is free in its session`);
  }
  return { refused_wrongly: wrongly };
}
