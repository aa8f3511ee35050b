/** A thread with everything behind it as one JSON document, a few rows in memory at a time. */
import { isFinal, type PageQuery, type ThreadExport } from "@orchestratex/sdk/contract";
import type { Database } from "../store/database.ts";
import { eventsAfter } from "../store/events.ts";
import type { PageOf } from "../store/pages.ts";
import type { ExportHead } from "../store/thread-export.ts";
import { pageOfEvaluations, pageOfResponses, pageOfRevisions, pageOfSelections } from "../store/thread-parts.ts";

/** A row holds its prompt and its answer: some 100 kB each where they are long. */
const ROWS_AT_ONCE = 10;

export async function* exportJson(database: Database, { thread, session }: ExportHead): AsyncGenerator<string> {
  const head: Omit<ThreadExport, "selections" | "responses" | "evaluations" | "revisions" | "events"> = {
    format: "orchestratex.thread",
    version: 1,
    exported_at: new Date().toISOString(),
    running: !isFinal(thread.thread_status),
    thread,
    session,
  };
  yield JSON.stringify(head).slice(0, -1);
  const id = thread.thread_id;
  yield* list("selections", (page) => pageOfSelections(database, id, page));
  yield* list("responses", (page) => pageOfResponses(database, id, page));
  yield* list("evaluations", (page) => pageOfEvaluations(database, id, page));
  yield* list("revisions", (page) => pageOfRevisions(database, id, page));
  yield* list("events", async ({ limit, cursor }) => {
    const seq = Number(cursor ?? 0);
    // Not those that came since the state was read: it would not know of them.
    const items = await eventsAfter(database, id, seq, Math.max(0, Math.min(limit, thread.last_seq - seq)));
    return { items, next_cursor: items.length === limit ? String(seq + items.length) : null };
  });
  yield "}\n";
}

async function* list(name: string, read: (page: PageQuery) => Promise<PageOf<object>>): AsyncGenerator<string> {
  yield `,"${name}":[`;
  let cursor: string | undefined;
  let first = true;
  do {
    const { items, next_cursor } = await read({ limit: ROWS_AT_ONCE, cursor });
    for (const item of items) {
      yield `${first ? "" : ","}\n${JSON.stringify(item)}`;
      first = false;
    }
    cursor = next_cursor ?? undefined;
  } while (cursor !== undefined);
  yield "]";
}
