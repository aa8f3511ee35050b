/** The power goes, again and again: what was not flushed is lost, in whole, in part or page by page; then the server starts on what is left. */
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Chance, chanceFrom } from "./chance.ts";
import { beginMirror, cutPower, type Mode, type Names } from "./compose.ts";
import { callsGoBy } from "./kills.ts";
import { progress, type Report } from "./report.ts";
import type { ChaosOptions } from "./run.ts";
import { atRest, doesNotOpen, openScene, removed, type Scene } from "./scene.ts";
import { unsound } from "./sound.ts";

const preload = new URL("./mirror.ts", import.meta.url).href;
const modes: readonly Mode[] = ["mixed", "none", "mixed", "all"];
const ways: readonly Names[] = ["by_folder", "in_order"];

export async function chaos({ quick, times = quick ? 6 : 50, seed }: ChaosOptions): Promise<Report> {
  const chance = chanceFrom(seed);
  const scene = await openScene("power", {
    chance,
    wishes: {
      atOnce: 12,
      prompts: 12,
      limits: [null, 2, 0.3],
      modes: ["quick", "checked", "thorough"],
      deadlineMs: 120_000,
      stops: 0.03,
      repeats: 0.2,
    },
    made: false,
  });
  const counts: Record<string, number> = { lost_blocks: 0, lost_names: 0, sound_looks: 0 };
  const broken: string[] = [];
  const first = quick ? 1 : 4;
  for (let cut = 0; cut < times; cut++) {
    const mode = chance.of(modes);
    const names = chance.of(ways);
    const how = cut < first ? await cutWhileMade(scene, chance) : await cutAtWork(scene, chance);
    const { lostBlocks, lostNames } = cutPower(scene.data, mirrorOf(scene), { chance, mode, names });
    for (const [name, count] of Object.entries({
      [how]: 1,
      [mode]: 1,
      [names]: 1,
      lost_blocks: lostBlocks,
      lost_names: lostNames,
    }))
      counts[name] = (counts[name] ?? 0) + count;
    progress("cuts", cut + 1, times);
    if (cut < first || cut % 5 !== 0) continue;
    counts["sound_looks"] = (counts["sound_looks"] ?? 0) + 1;
    broken.push(...(await unsound(scene.data)).map((what) => `cut ${cut}, ${mode}: ${what}`));
  }
  const last = scene.start();
  if (!(await last.ready)) return doesNotOpen(scene);
  const { findings, facts, folder } = await atRest(scene, [last]);
  broken.push(...(await unsound(scene.data)));
  const all = { ...findings, unsound: broken };
  if (Object.values(all).every((found) => found.length === 0)) removed(folder);
  return { findings: all, facts: { cuts: times, ...counts, ...facts }, folder };
}

const mirrorOf = (scene: Scene): string => path.join(scene.folder, "mirror");

function startMirrored(scene: Scene, env: Record<string, string> = {}) {
  beginMirror(scene.data, mirrorOf(scene));
  return scene.start({ CHAOS_ROOT: scene.data, CHAOS_MIRROR: mirrorOf(scene), ...env }, ["--import", preload]);
}

async function cutWhileMade(scene: Scene, chance: Chance): Promise<string> {
  const process = startMirrored(scene);
  await Promise.race([process.ended, pause(chance.between(500, 6_000))]);
  process.signal("SIGKILL");
  await process.ended;
  return "while_made";
}

async function cutAtWork(scene: Scene, chance: Chance): Promise<string> {
  const how = chance.of(["at_random", "in_a_flush", "in_a_checkpoint", "after_a_checkpoint"] as const);
  const cut = {
    at_random: "",
    in_a_flush: `flush:${chance.whole(5, 200)}`,
    in_a_checkpoint: `data:${chance.whole(1, 60)}`,
    after_a_checkpoint: `control:${chance.whole(2, 6)}`,
  }[how];
  const process = startMirrored(scene, { CHAOS_CUT: cut, CHAOS_CHECKPOINT_MS: String(chance.whole(300, 1_500)) });
  await process.ready;
  const waited = how === "at_random" ? callsGoBy(scene, chance.whole(0, 60)) : pause(10_000);
  const ended = await Promise.race([process.ended, waited.then(() => null)]);
  process.signal("SIGKILL");
  await process.ended;
  return ended === null ? "at_random" : ended.signal === "SIGKILL" ? how : "ended_by_itself";
}
