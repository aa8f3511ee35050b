/**
 * Three processes over one PostgreSQL server, their clients at any of the three doors. They are killed, frozen for longer than
 * their leases and revived, asked to leave and started again; leases lapse early or last too long, connections are cut.
 */
import { setTimeout as pause } from "node:timers/promises";
import { type Chance, chanceFrom } from "./chance.ts";
import type { Process } from "./processes.ts";
import { progress, type Report } from "./report.ts";
import type { ChaosOptions } from "./run.ts";
import { atRest, openScene, removed, type Scene } from "./scene.ts";
import type { ServerDatabase } from "./server-database.ts";

const DOORS = 3;
/** Longer than a lease and the time between two sweeps. */
const LONG_MS = 65_000;
const SERVER = "postgresql://postgres@127.0.0.1:54329/postgres";

type Blow = "kill" | "freeze" | "freeze_long" | "restart" | "lapse" | "clock_back" | "clock_forward" | "disconnect";
const blows: readonly Blow[] = [
  "kill",
  "freeze",
  "lapse",
  "restart",
  "disconnect",
  "clock_forward",
  "freeze",
  "clock_back",
];

export async function chaos({
  quick,
  times = quick ? 12 : 80,
  seed,
  database = SERVER,
}: ChaosOptions): Promise<Report> {
  const chance = chanceFrom(seed);
  const scene = await openScene("nodes", {
    ...{ chance, server: database, doors: DOORS },
    wishes: {
      ...{ atOnce: 15, prompts: 12, stops: 0.05, repeats: 0.2, deadlineMs: 300_000 },
      limits: [null, 2, 0.3, 0.08],
      modes: ["quick", "checked", "thorough"],
    },
    vendor: { faults: { cut: 0.01, no_usage: 0.01, rate_limited: 0.01, slow: 0.05 }, callMs: [50, 600] },
  });
  const processes: Process[] = [];
  for (let door = 0; door < DOORS; door++) processes.push(await started(scene, door));
  const done: Record<string, number> = {};
  for (let turn = 0; turn < times; turn++) {
    await pause(chance.between(200, 1_500));
    const blow = !quick && turn % 40 === 19 ? "freeze_long" : (blows[turn % blows.length] ?? "lapse");
    await strike(blow, scene, chance, processes);
    done[blow] = (done[blow] ?? 0) + 1;
    progress("blows", turn + 1, times);
  }
  const { findings, facts, folder } = await atRest(scene, processes, { frozen: true });
  if (Object.values(findings).every((found) => found.length === 0)) removed(folder);
  return { findings, facts: { processes: DOORS, blows: times, ...done, ...facts }, folder };
}

async function started(scene: Scene, door: number): Promise<Process> {
  const process = scene.start({}, [], door);
  if (!(await process.ready)) throw new Error(`a process did not start: see ${scene.folder}`);
  return process;
}

async function strike(blow: Blow, scene: Scene, chance: Chance, processes: Process[]): Promise<void> {
  const door = chance.whole(0, DOORS - 1);
  const process = processes[door];
  const { server } = scene;
  if (!process || !server) return;
  if (!process.isAlive()) {
    processes[door] = await started(scene, door);
    return;
  }
  if (blow === "kill" || blow === "restart") {
    process.signal(blow === "kill" ? "SIGKILL" : "SIGTERM");
    await process.ended;
    // A lease that nobody renews lapses after 30 s: sooner, so that its threads are taken up while the others work.
    if (chance.hits(0.7)) await lapse(server, "- interval '1 second'", 1);
    processes[door] = await started(scene, door);
  } else if (blow === "freeze") {
    process.signal("SIGSTOP");
    await lapse(server, "- interval '1 second'", 1);
    await pause(chance.hits(0.2) ? 11_000 : chance.between(500, 4_000));
    process.signal("SIGCONT");
  } else if (blow === "freeze_long") {
    // Its leases lapse by themselves, and a sweep of another finds its threads.
    process.signal("SIGSTOP");
    await pause(LONG_MS);
    process.signal("SIGCONT");
  } else if (blow === "disconnect") {
    await server.run(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and random() < 0.5",
    );
  } else {
    const step = {
      lapse: "- interval '1 second'",
      clock_back: "+ interval '20 minutes'",
      clock_forward: "- interval '1 day'",
    }[blow];
    await lapse(server, step, 0.5);
  }
}

/** Leases are moved, and someone is woken as the sweep would do it, every 30 s. */
async function lapse(server: ServerDatabase, change: string, share: number): Promise<void> {
  await server.run(
    `update conversation_threads set lease_until = now() ${change} where lease_until is not null and random() <= ${share}`,
  );
  await server.run(
    "select journal_alarm(id) from conversation_threads where queued_at is not null and thread_status not in ('completed', 'failed')",
  );
}
