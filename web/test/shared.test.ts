import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ApiError } from "@orchestratex/sdk/browser";
import type { Problem, ThreadEvent } from "@orchestratex/sdk/contract";
import { type SharedMeans, takeShared } from "../src/share/follow.ts";
import type { Line } from "../src/thread/follow.ts";
import { found, typesOf } from "../src/versions/found.ts";

const event = (seq: number, event_type: string, message = "") =>
  ({ id: `e${seq}`, seq, event_type, message, model_involved: "flint", details: { seq } }) as unknown as ThreadEvent;

const log = [
  event(1, "orchestration_started"),
  event(2, "response_generated", "flint wrote an answer"),
  event(3, "orchestration_finished"),
];

type Reply = { items: ThreadEvent[]; next_cursor: string | null } | Error;

const gone = new ApiError(404, { detail: "There is no such link" } as Problem, "/api/shared/x");

/** Follows with these replies, until there are no more; tells what was asked, waited and said. */
async function follow(replies: Reply[]) {
  const told = { asked: [] as number[], waited: [] as number[], seqs: [] as (number | null)[], lines: [] as Line[] };
  const left = [...replies];
  const means: SharedMeans = {
    page: async (after) => {
      told.asked.push(after);
      const reply = left.shift();
      if (!reply || reply instanceof Error) throw reply ?? gone;
      return reply;
    },
    seen: async () => {},
    wait: async (ms) => void told.waited.push(ms),
    isClosed: () => false,
  };
  await takeShared(
    means,
    ({ seq }) => told.seqs.push(seq),
    (line) => told.lines.push(line),
  );
  return told;
}

describe("a shared thread", () => {
  it("is read page by page, and asked for again from where it was", async () => {
    const [first, second, third] = log;
    assert.ok(first && second && third);
    const { asked, waited, seqs } = await follow([
      { items: [first], next_cursor: "1" },
      { items: [second], next_cursor: null },
      { items: [], next_cursor: null },
      { items: [third], next_cursor: null },
    ]);
    assert.deepEqual(asked, [0, 1, 2, 2, 3]);
    assert.deepEqual(waited, [1_500, 1_500, 30_000]);
    assert.deepEqual(seqs, [1, 2, 3]);
  });

  it("is asked for less and less often while the server does not answer, and as before when it does", async () => {
    const down = new Error("down");
    const { waited, lines } = await follow([down, down, { items: [], next_cursor: null }, down]);
    assert.deepEqual(waited, [1_500, 3_000, 1_500, 1_500]);
    assert.deepEqual(
      lines.map(({ state }) => state),
      ["lost", "lost", "live", "lost", "refused"],
    );
  });

  it("ends when its link is withdrawn", async () => {
    const { asked, lines } = await follow([]);
    assert.equal(asked.length, 1);
    assert.deepEqual(lines, [{ state: "refused", notFound: true, detail: "There is no such link" }]);
  });
});

describe("events looked for", () => {
  it("are of a type, and have all the words, wherever they stand", () => {
    assert.equal(found(log, { type: null, text: " " }), log);
    assert.deepEqual(found(log, { type: null, text: "ANSWER flint" }), [log[1]]);
    assert.deepEqual(found(log, { type: "orchestration_finished", text: "wrote" }), []);
    assert.deepEqual(typesOf([...log, event(4, "response_generated")])[1], ["response_generated", 2]);
  });
});
