/** Something for requests to be about: sessions, drafts, threads that run and that have ended. Grown anew while the fuzz goes on. */
import type { Pools } from "./values.ts";

type Row = Record<string, unknown>;

export async function openScenery(base: string) {
  const ids = { session: [] as string[], thread: [] as string[], response: [] as string[] };
  const { items: models } = (await ask(base, "GET", "/api/models/")) as { items: Row[] };
  const names = models.map(({ model_name }) => String(model_name));
  const working = models.filter(({ is_available }) => is_available).map(({ model_name }) => String(model_name));
  const text = (value: unknown) => String(value);
  return {
    pools: (): Pools => ({
      session_id: ids.session.slice(-12),
      thread_id: ids.thread.slice(-20),
      parent_thread_id: ids.thread.slice(-5),
      response_id: ids.response.slice(-20),
      evaluated_response_id: ids.response.slice(-20),
      model_name: [...names, "own-model", "GPT-4"],
      preferred_models: working,
      excluded_models: working.slice(0, 2),
      max_iterations: [1, 2],
      persona_id: [null],
      file_ids: [[]],
      collections: [[]],
      search_mode: [null],
      cost_limit: [null, 0, 0.01, 1],
      deadline_ms: [1_000, 5_000, 300_000],
      prefer: ["wait=1", "wait=0"],
      purge: ["false", "false", "false", "true"],
    }),
    /** Models that a request has switched off are on again; a session with a thread that has ended, one that runs, and a draft. */
    async grow(): Promise<void> {
      for (const { model_name, is_active } of ((await ask(base, "GET", "/api/models/")) as { items: Row[] }).items)
        if (!is_active) await ask(base, "PUT", `/api/models/${model_name}`, { is_active: true });
      const session = text((await ask(base, "POST", "/api/sessions/", { settings: { mode: "checked" } }))["id"]);
      ids.session.push(session);
      const about = { session_id: session, prompt: "Compare TCP and UDP for a video game." };
      const ended = await ask(base, "POST", "/api/orchestrate/prompt", about, { prefer: "wait=20" });
      const draft = await ask(base, "POST", "/api/threads/", about);
      const running = await ask(base, "POST", "/api/orchestrate/prompt", { ...about, mode: "thorough" });
      for (const thread of [ended, draft, running]) ids.thread.push(text(thread["thread_id"]));
      const whole = (await ask(base, "GET", `/api/threads/${ended["thread_id"]}`)) as { responses?: Row[] };
      for (const { id } of whole.responses ?? []) ids.response.push(text(id));
    },
  };
}

async function ask(
  base: string,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Row> {
  const json = body ? { "content-type": "application/json" } : undefined;
  const reply = await fetch(base + path, {
    method,
    headers: { ...json, ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await reply.json()) as Row;
}
