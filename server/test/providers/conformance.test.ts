/** What every vendor's wire promises when all goes well. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { everyVendor, openSeats } from "./conformance.ts";

const TEXT = "A clock has two hands. 時計には針が二本あります。 Часы 🕰️👩‍🚀, naïve café — done.";

/** These count reasoning as output and do not say how much of it there was. */
const silentOnReasoning = new Set(["mistral", "ollama"]);
const withoutCache = new Set(["ollama"]);

const system = { role: "system" as const, content: "Be brief." };
const user = { role: "user" as const, content: "How warm is it in Oslo?" };
const weather = {
  name: "weather",
  description: "The weather of a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};

for (const vendor of everyVendor) {
  const { id } = vendor;

  test(`${id}: an answer comes whole and streamed, with what it cost and why it ended`, async (t) => {
    const { ask, upstream } = await openSeats(t, { text: TEXT, details: { cached: 5, reasoning: 3 } });
    const end = {
      type: "end",
      finish_reason: "stop",
      usage: {
        input: 11,
        output: 32,
        cached_input: withoutCache.has(id) ? 0 : 5,
        reasoning: silentOnReasoning.has(id) ? 0 : 3,
      },
    };
    const whole = await ask(vendor);
    assert.deepEqual([whole.text, whole.deltas, whole.end], [TEXT, 1, end]);
    const streamed = await ask(vendor, { stream: true });
    assert.deepEqual([streamed.text, streamed.end], [TEXT, end]);
    assert.ok(streamed.deltas > 3, "in pieces");
    assert.deepEqual(
      upstream.calls.map(({ streamed: wasStreamed, key }) => [wasStreamed, key]),
      // Portkey's key has a header of its own.
      [false, true].map((wasStreamed) => [wasStreamed, id === "portkey" ? null : `key-of-${id}`]),
    );
  });

  test(`${id}: the cap is always sent and holds; a temperature only when there is one`, async (t) => {
    const { ask, upstream } = await openSeats(t, { text: TEXT.repeat(9) });
    for (const stream of [false, true]) {
      const { end } = await ask(vendor, { stream, max_output_tokens: 20, temperature: null });
      assert.ok(end?.type === "end" && end.finish_reason === "length" && end.usage && end.usage.output <= 20);
    }
    await ask(vendor, { temperature: 0.25 });
    const temperatures = upstream.calls.map(({ body }) => /"temperature":([^,}]*)/.exec(JSON.stringify(body))?.[1]);
    assert.deepEqual(temperatures, [undefined, undefined, "0.25"]);
  });

  test(`${id}: a tool is called, and its result is told back`, async (t) => {
    const { ask, upstream } = await openSeats(t, { text: "3 degrees." });
    for (const stream of [false, true]) {
      upstream.reset();
      upstream.add({ fault: "tool_call", times: 1 });
      const asked = await ask(vendor, { stream, messages: [system, user], tools: [weather], tool_choice: "auto" });
      const [call] = asked.tools;
      assert.ok(call && call.name === "weather" && call.id !== "");
      assert.equal(typeof (JSON.parse(call.arguments) as { city: unknown }).city, "string");
      assert.ok(asked.end?.type === "end" && asked.end.finish_reason === "tool_calls");
      const answered = await ask(vendor, {
        stream,
        tools: [weather],
        messages: [
          ...[system, user, { role: "assistant" as const, content: "", tool_calls: [call] }],
          { role: "tool", content: "plus three", tool_call_id: call.id },
        ],
      });
      assert.equal(answered.text, "3 degrees.");
      const body = JSON.stringify(upstream.calls[1]?.body);
      for (const told of ["Be brief.", "How warm is it in Oslo?", "plus three", "The weather of a city"])
        assert.ok(body.includes(told), told);
    }
  });

  test(`${id}: what is asked of the sampling is sent`, async (t) => {
    const { ask, upstream } = await openSeats(t, { text: TEXT });
    await ask(vendor, { temperature: null, sampling: { top_p: 0.75, stop: ["STOP!"], seed: 4242 } });
    assert.match(JSON.stringify(upstream.calls[0]?.body), /"(top_p|topP)":0.75/);
  });

  test(`${id}: a message of the system in the middle is told, not lost`, async (t) => {
    const { ask, upstream } = await openSeats(t, { text: TEXT });
    const late = { role: "system" as const, content: "From now on in French." };
    const messages = [system, user, { role: "assistant" as const, content: "Cold." }, late, user];
    assert.equal((await ask(vendor, { messages })).text, TEXT);
    assert.ok(JSON.stringify(upstream.calls[0]?.body).includes("From now on in French."));
  });
}
