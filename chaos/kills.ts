/** Killed at every named point, in its start and at random, again and again on one data folder; then left in peace. */
import { setTimeout as pause } from "node:timers/promises";
import { type Chance, chanceFrom } from "./chance.ts";
import { type Point, points } from "./points.ts";
import type { Process } from "./processes.ts";
import { progress, type Report } from "./report.ts";
import type { ChaosOptions } from "./run.ts";
import { atRest, doesNotOpen, openScene, removed, type Scene } from "./scene.ts";

type How = Point | "during_start" | "random";

const kinds: readonly How[] = [...points, "during_start", "random"];

/** A named point that is not passed within this time is a kill at random. */
const MOST_MS = 15_000;

/** How often a point may be passed before it kills: enough that most threads get on, or they are given up as what brings the server down. */
const often: Partial<Record<How, number>> = {
  after_accept: 3,
  in_accept: 3,
  after_take: 12,
  in_finish: 4,
  before_finish: 4,
  after_finish: 4,
};

export async function chaos({ quick, times = quick ? 20 : 200, seed }: ChaosOptions): Promise<Report> {
  const chance = chanceFrom(seed);
  const scene = await openScene("kills", {
    chance,
    wishes: {
      atOnce: 12,
      prompts: 12,
      limits: [null, 2, 0.3, 0.08],
      modes: ["quick", "checked", "thorough"],
      deadlineMs: 120_000,
      stops: 0.04,
      repeats: 0.2,
    },
    vendor: { faults: { cut: 0.01, no_usage: 0.01, rate_limited: 0.01, slow: 0.03 } },
  });
  const died: Record<string, number> = {};
  for (let kill = 0; kill < times; kill++) {
    const how = await killedOnce(scene, chance, kinds[kill % kinds.length] ?? "random");
    died[how] = (died[how] ?? 0) + 1;
    progress("kills", kill + 1, times);
  }
  const last = scene.start();
  if (!(await last.ready)) return doesNotOpen(scene);
  const { findings, facts, folder } = await atRest(scene, [last]);
  if (Object.values(findings).every((found) => found.length === 0)) removed(folder);
  return { findings, facts: { kills: times, ...died, ...facts }, folder };
}

/** Answers how it died in the end. */
async function killedOnce(scene: Scene, chance: Chance, how: How): Promise<How | "ended_by_itself"> {
  const isPoint = how !== "random" && how !== "during_start";
  const process = scene.start(isPoint ? { CHAOS_KILL: `${how}:${chance.whole(1, often[how] ?? 24)}` } : {});
  if (how === "during_start") {
    await pause(chance.between(20, 1_500));
    return killed(process, how);
  }
  await process.ready;
  const waited = how === "random" ? callsGoBy(scene, chance.whole(0, 40)) : pause(MOST_MS);
  const ended = await Promise.race([process.ended, waited.then(() => "late" as const)]);
  if (ended === "late") return killed(process, "random");
  return ended.signal === "SIGKILL" ? how : "ended_by_itself";
}

/** So many more calls have reached the vendor, and then a little while. */
export async function callsGoBy({ vendor }: Pick<Scene, "vendor">, calls: number): Promise<void> {
  const until = vendor.calls.length + calls;
  const latest = performance.now() + MOST_MS;
  while (vendor.calls.length < until && performance.now() < latest) await pause(5);
  await pause(Math.random() * 30);
}

async function killed<Name extends How>(process: Process, how: Name): Promise<Name> {
  process.signal("SIGKILL");
  await process.ended;
  return how;
}
