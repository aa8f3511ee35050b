/** A door whose threads are driven by the test: what happens, and when, is the test's to say. */
import { setImmediate } from "node:timers/promises";
import { pino } from "pino";
import { v7 as uuidv7 } from "uuid";
import type { Door } from "../../src/api/door.ts";
import { buildDoor } from "../../src/api/server.ts";
import { openPulse } from "../../src/app/pulse.ts";
import { uploadsIn } from "../../src/app/uploads.ts";
import { lexical } from "../../src/providers/embeddings/lexical.ts";
import { openBlobs } from "../../src/store/blobs/index.ts";
import { openBooks } from "../../src/store/journal.ts";
import { type Live, openLive } from "../../src/store/live.ts";
import { testConfig } from "../app.ts";
import { addSession } from "../store/rows.ts";
import { openTestStore, temporaryFolder } from "../store.ts";
import { fakeWeb } from "../web.ts";

const unused = () => Promise.reject(new Error("not used here"));

const openNothing: Door["integrations"] = {
  ...{ list: async () => [], get: unused, put: unused, remove: unused, test: unused, refresh: unused },
  recognize: () => ({ name: null, title: null, candidates: [] }),
};

const noFiles: Door["files"] = {
  ...{ jobs: { retry: unused, cancel: unused }, blobs: { read: unused, size: unused, free: async () => null } },
  ...{ blocks: unused, offsetNear: unused, remove: unused },
  embedding: () => ({
    ...{ model: "lexical", kind: "lexical", dimensions: 512, wanted: "lexical", state: "ready", detail: null },
    download: null,
  }),
  settings: { allowedTypes: null, maxBytes: 1, quotaBytes: null, chunking: { size: 1000, overlap: 200 } },
};

/** Listens on a free port until the test (or, with `after` of node:test, the file) ends. */
export async function openByHand(t: { after(fn: () => Promise<void>): void }, over: Partial<Door> = {}) {
  const database = await openTestStore();
  const { live, listening } = counted(openLive());
  const books = openBooks(database, live, () => ({ memory_usage: 0, active_requests: 0, queue_length: 0 }));
  const stopping = new AbortController();
  const log = pino({ level: "silent" });
  const files = { ...testConfig().files, dir: temporaryFolder() };
  const told = (fileId: string, _ownerId: string, seq: number) => live.wake(fileId, seq);
  const uploads = uploadsIn({
    ...{ database, files, blobs: openBlobs(files, log), log, fileQueued: () => {}, told, gone: () => {} },
  });
  const door = buildDoor({
    ...{ database, books, live, ask: unused, draft: unused, preview: unused, createSession: unused, direct: unused },
    ...{ files: noFiles, integrations: openNothing, standing: () => null },
    ...{ testModel: unused, selfTest: unused, changeSettings: unused, known: unused },
    implicitSession: { of: unused, forget: unused },
    embedding: () => lexical,
    ...{ storeOpens: () => undefined, storeFault: openPulse(database, "the database of the test") },
    ...{
      load: () => ({ queued: 0, running: 0 }),
      builtIn: new Set<string>(),
      simulatedPolicy: "auto",
      stopping: stopping.signal,
    },
    ...{ log, uploads, version: "0", webDir: new URL("../../../web/", import.meta.url).pathname },
    web: fakeWeb,
    ...over,
  });
  const address = await door.listen({ host: "127.0.0.1", port: 0 });
  t.after(async () => {
    await door.close();
    await database.close();
  });
  const sessionId = await addSession(database);

  return {
    ...{ database, books, live, door, address, stopping, listening, sessionId, filesDir: files.dir },
    eventsUrl: (threadId: string) => `${address}/api/threads/${threadId}/events`,

    /** A thread that this test works on. */
    async thread() {
      const id = uuidv7();
      const settings = { deadline_ms: 300_000, asked: {} };
      const row = { id, session_id: sessionId, original_prompt: "Why?", mode: "quick", quality_threshold: 8, settings };
      await books.accept(row);
      const epoch = (await books.take(id))?.epoch ?? 0;
      return {
        id,
        tell: (...events: { event_type: string; message?: string; details?: object }[]) =>
          books.record(id, epoch, {
            events: events.map((event) => ({ message: "", details: {}, ...event })),
          }),
        finish: () =>
          books.finish(id, epoch, {
            ...{ thread_status: "completed", stop_reason: "no_evaluators", failure_reason: null, best: null },
            ...{ iterations: 1, max_iterations_reached: false, selections: [], outcomes: [], events: [] },
            ...{ message: "Finished", request_no: 0 },
          }),
        text: (responseId: string, offset: number, text: string) =>
          live.delta({
            ...{ thread_id: id, response_id: responseId, role: "primary", iteration_number: 1 },
            ...{ model_name: "simulated-opal", offset, text },
          }),
      };
    },
  };
}

/** How many listeners streams and waiters hold. */
function counted(live: Live) {
  let listening = 0;
  const count =
    <Listener>(on: (threadId: string, listener: Listener) => () => void) =>
    (threadId: string, listener: Listener) => {
      const off = on(threadId, listener);
      listening++;
      return () => {
        off();
        listening--;
      };
    };
  return {
    live: { ...live, onWake: count(live.onWake), onDelta: count(live.onDelta), onEnded: count(live.onEnded) },
    listening: () => listening,
  };
}

/** Resolves in the turn in which it holds; the runner's time limit is the limit. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate();
}
