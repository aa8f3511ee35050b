/** The doors of control, as tests knock on them. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import type { Answer, TestApp } from "../app.ts";

export const prompt = "Why is the sky blue?";

export const doorTo = (app: TestApp) => ({
  iterate: (thread_id: string, more: object = {}, headers: Record<string, string> = {}) =>
    app.send("POST", "/api/orchestrate/iteration", { thread_id, ...more }, headers),
  rate: (id: string, body: object, headers: Record<string, string> = {}) =>
    app.send("POST", `/api/threads/${id}/feedback`, body, headers),
  set: (id: string, thread_status: string) => app.send("PUT", `/api/threads/${id}/status`, { thread_status }),
  restore: (id: string, response_id: string) => app.send("PUT", `/api/threads/${id}/final`, { response_id }),
  stop: (id: string) => app.send("PUT", `/api/orchestrate/stop/${id}`, {}),
  draft: async () => String((await app.send("POST", "/api/threads/", { prompt })).body["thread_id"]),
  versions: async (id: string) => (await app.thread(id)).responses.filter(({ role }) => role !== "evaluator"),
});

export const said = ({ status, body }: Answer) => [status, body["code"] ?? body["thread_status"]];
export const changesOf = (events: readonly ThreadEvent[]) =>
  events.flatMap((event) => (event.event_type === "thread_updated" ? [event.details.change] : []));

export const wait = { prefer: "wait=60" };
