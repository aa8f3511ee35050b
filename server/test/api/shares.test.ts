/** A thread shown by a link: what it shows, what it does not, and that withdrawn is withdrawn. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Share, SharedThread, ThreadEvent } from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { openTestApp, type TestApp } from "../app.ts";
import { addSession, addThread } from "../store/rows.ts";

const linkOf = (threadId: string) => `/api/threads/${threadId}/share`;

async function share(app: TestApp, threadId: string): Promise<Share> {
  const { status, body } = await app.send("PUT", linkOf(threadId));
  assert.equal(status, 200, JSON.stringify(body));
  return Share.parse(body);
}

const code = async (app: TestApp, method: "GET" | "PUT" | "DELETE", url: string) => {
  const { status, body } = await app.send(method, url);
  return [status, body["code"]];
};

test("a link is given once, shows its thread, and is dead once it is withdrawn", async (t) => {
  const app = await openTestApp(t);
  const { thread_id, last_seq } = await app.ask("Why is the sky blue?", { mode: "quick", context: "A secret." });
  assert.deepEqual((await app.send("GET", linkOf(thread_id))).body, { share: null });
  const first = await share(app, thread_id);
  assert.match(first.id, /^[\w-]{22,}$/);
  assert.equal(first.path, `/r/${first.id}`);
  assert.deepEqual(await share(app, thread_id), first, "the same one when asked again");
  assert.deepEqual((await app.send("GET", linkOf(thread_id))).body, { share: first });
  const { body } = await app.send("GET", `/api/shared/${first.id}`);
  const shown = SharedThread.parse(body);
  assert.deepEqual(Object.keys(body).sort(), Object.keys(SharedThread.shape).sort());
  assert.deepEqual(
    [shown.share_id, shown.original_prompt, shown.thread_status, shown.mode, shown.simulated, shown.last_seq],
    [first.id, "Why is the sky blue?", "completed", "quick", true, last_seq],
  );
  for (let times = 0; times < 2; times++)
    assert.deepEqual((await app.send("DELETE", linkOf(thread_id))).body, { share: null });
  for (const url of [`/api/shared/${first.id}`, `/api/shared/${first.id}/events`])
    assert.deepEqual(await code(app, "GET", url), [404, "share.not_found"], url);
  assert.notEqual((await share(app, thread_id)).id, first.id, "a withdrawn link never comes back");
});

test("its events are the thread's own, without its session and what the owner noted; and no other thread's", async (t) => {
  const app = await openTestApp(t);
  const { thread_id, session_id } = await app.ask("Why is the sky blue?", { mode: "checked", context: "A secret." });
  await app.ask("And at night?", { session_id, mode: "quick" });
  const rating = { rating: 9, comment: "Between you and me." };
  assert.equal((await app.send("POST", `/api/threads/${thread_id}/feedback`, rating)).status, 200);
  const { id } = await share(app, thread_id);
  const page = async (query: string) => {
    const { status, body } = await app.send("GET", `/api/shared/${id}/events?${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return { items: (body["items"] as unknown[]).map((one) => ThreadEvent.parse(one)), next: body["next_cursor"] };
  };
  const own = await app.events(thread_id);
  const { items, next } = await page("limit=500");
  assert.equal(next, null);
  assert.ok(items.some(({ event_type }) => event_type === "thread_updated"));
  assert.deepEqual(
    items,
    own.map((event) => ({
      ...event,
      session_id: null,
      details: event.event_type === "thread_updated" ? { ...event.details, user_comment: null } : event.details,
    })),
  );
  for (const text of ["A secret.", "Between you and me.", session_id, "And at night?"])
    assert.ok(!JSON.stringify(items).includes(text), text);
  const start = await page("limit=2");
  assert.deepEqual(start.items, items.slice(0, 2));
  assert.deepEqual((await page(`limit=500&after=${start.next}`)).items, items.slice(2));
  assert.deepEqual((await page(`limit=500&cursor=${start.next}`)).items, items.slice(2));
  for (const query of ["limit=501", "limit=0", "after=-1", "after=x"])
    assert.deepEqual(await code(app, "GET", `/api/shared/${id}/events?${query}`), [422, "request.invalid"], query);
});

test("nobody shares what is not theirs; what is no link is none; an erased session takes its links along", async (t) => {
  const app = await openTestApp(t);
  const foreign = await addThread(app.store, await addSession(app.store, "ada"));
  for (const id of [foreign, uuidv7(), "x"])
    for (const method of ["GET", "PUT", "DELETE"] as const)
      assert.deepEqual(await code(app, method, linkOf(id)), [404, "thread.not_found"], `${method} ${id}`);
  for (const id of ["x", uuidv7(), "A".repeat(24), "%00", "..%2f".repeat(5), "A".repeat(400)])
    assert.deepEqual(await code(app, "GET", `/api/shared/${id}`), [404, "share.not_found"], id);
  const session = await app.session();
  const { thread_id } = await app.ask("hello", { session_id: session.id, mode: "quick" });
  const { id } = await share(app, thread_id);
  assert.equal((await app.send("DELETE", `/api/sessions/${session.id}?purge=true`)).status, 204);
  assert.deepEqual(await code(app, "GET", `/api/shared/${id}`), [404, "share.not_found"]);
  assert.deepEqual(await app.store.sql.selectFrom("thread_shares").selectAll().execute(), []);
});

test("asked for at the same moment, there is one link", async (t) => {
  const app = await openTestApp(t);
  const { thread_id } = await app.ask("hello", { mode: "quick" });
  const links = await Promise.all(Array.from({ length: 8 }, () => share(app, thread_id)));
  assert.equal(new Set(links.map(({ id }) => id)).size, 1);
});
