/** The sdk over real sockets that break: each event once, in order. */
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { after, test } from "node:test";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { createClient } from "../../../sdk/src/client.ts";
import { openByHand } from "./by-hand.ts";

const within = { timeout: 30_000 };
const note = (message: string) => ({ event_type: "orchestration_dreamt", message, details: {} });
const stop = { event_type: "stop_requested", details: { when: "now", total_cost: 0 } };
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

const place = await openByHand({ after });
const lines = new Set<Socket>();
place.door.server.on("upgrade", (_request, line) => void lines.add(line as Socket));
const cut = () => {
  for (const line of lines) line.destroy();
  lines.clear();
};
const client = createClient({
  baseUrl: place.address,
  pace: { wait: async () => {}, random: () => 0, silenceMs: 20_000 },
});

test("a thread, while its line breaks again and again", within, async () => {
  const thread = await place.thread();
  await thread.tell(stop);
  const seen: number[] = [];
  for await (const { seq } of client.followThread(thread.id)) {
    if (seq === null) continue;
    seen.push(seq);
    if (seq === 40) break;
    await thread.tell(stop);
    if (seq % 3 === 0) cut();
  }
  assert.deepEqual(seen, upTo(40));
});

test(
  "a session whose threads come while the line breaks; kinds that only newer servers know do no harm",
  within,
  async (t) => {
    const { address, sessionId, thread, door } = await openByHand(t);
    door.server.on("upgrade", (_request, line) => void lines.add(line as Socket));
    const own = createClient({ baseUrl: address, pace: { wait: async () => {}, random: () => 0, silenceMs: 20_000 } });
    const seen = new Map<string, number[]>();
    let finished = 0;
    const take = async ({ thread_id, seq, event_type }: ThreadEvent) => {
      if (thread_id === null || seq === null) return;
      seen.set(thread_id, [...(seen.get(thread_id) ?? []), seq]);
      if (event_type === "orchestration_finished") finished++;
    };
    const asking = async () => {
      for (let count = 0; count < 8; count++) {
        const one = await thread();
        await one.tell(stop, note("newer"), stop);
        if (count % 2 === 0) cut();
        await one.tell(stop);
        await one.finish();
        if (count % 3 === 0) cut();
      }
    };
    let asked: Promise<void> | undefined;
    for await (const event of own.followSession(sessionId)) {
      asked ??= asking();
      await take(event);
      if (finished === 8) break;
    }
    await asked;
    assert.equal(seen.size, 8);
    for (const seqs of seen.values()) assert.deepEqual(seqs, [1, 3, 4, 5]);
  },
);
