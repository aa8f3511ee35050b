/** The asking side, as a process of its own: a plan comes as a message, what was measured goes back. */
import { Pool } from "undici";
import { bodyFor, type Loaded, type LoadPlan, type Place } from "./words.ts";

process.on("message", (plan: LoadPlan) => void run(plan).then((loaded) => process.send?.(loaded)));
process.on("disconnect", () => process.exit(0));

async function run(plan: LoadPlan): Promise<Loaded> {
  if (plan.kind === "throughput") return throughput(plan);
  const one = plan.kind === "whole" ? wholeAnswer : firstPiece;
  const [place, against] = [openPlace(plan.place, 1), openPlace(plan.against, 1)];
  const loaded: Loaded = { wrong: 0, answers: 0, per_second: 0, ms: [] };
  for (let pair = -20; pair < plan.pairs; pair++) {
    const [ours, theirs] =
      pair % 2 === 0 ? [await one(place), await one(against)] : await reversed(one, place, against);
    if (pair < 0) continue;
    loaded.answers++;
    if (ours === null || theirs === null) loaded.wrong++;
    else loaded.ms.push(ours - theirs);
  }
  await Promise.all([place.pool.close(), against.pool.close()]);
  return loaded;
}

type Open = Place & { pool: Pool; path: string };

const openPlace = (place: Place, connections: number): Open => {
  const { origin, pathname } = new URL(place.url);
  return { ...place, pool: new Pool(origin, { connections }), path: `${pathname}/chat/completions` };
};

type One = (place: Open) => Promise<number | null>;

const reversed = async (one: One, place: Open, against: Open) => {
  const second = await one(against);
  return [await one(place), second] as const;
};

async function throughput({ place, connections, forMs }: LoadPlan & { kind: "throughput" }): Promise<Loaded> {
  const open = openPlace(place, connections);
  const loaded: Loaded = { wrong: 0, answers: 0, per_second: 0, ms: [] };
  const started = performance.now();
  const worker = async () => {
    while (performance.now() - started < forMs) {
      const ms = await wholeAnswer(open);
      loaded.answers++;
      if (ms === null) loaded.wrong++;
      else loaded.ms.push(ms);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  loaded.per_second = (loaded.answers - loaded.wrong) / ((performance.now() - started) / 1000);
  await open.pool.close();
  return loaded;
}

/** Milliseconds; null: it was not an answer. */
async function wholeAnswer({ pool, path, headers, model }: Open): Promise<number | null> {
  const asked = performance.now();
  const { statusCode, body } = await pool.request({
    ...{ method: "POST", path, body: bodyFor(model, false) },
    headers: { "content-type": "application/json", ...headers },
  });
  const text = await body.text();
  return statusCode === 200 && text.includes("Air scatters") ? performance.now() - asked : null;
}

async function firstPiece({ pool, path, headers, model }: Open): Promise<number | null> {
  const asked = performance.now();
  const { statusCode, body } = await pool.request({
    ...{ method: "POST", path, body: bodyFor(model, true) },
    headers: { "content-type": "application/json", ...headers },
  });
  let text = "";
  let first: number | null = null;
  for await (const part of body) {
    text += String(part);
    if (first === null && /"content":"[^"]/.test(text)) first = performance.now() - asked;
  }
  return statusCode === 200 && text.includes("evening") ? first : null;
}
