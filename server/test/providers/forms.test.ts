/** A wanted form is enforced where it can be, and asked for ever more loosely where it cannot. */
import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { test } from "node:test";
import { evaluationSchema } from "../../src/engine/prompts.ts";
import { ProviderError } from "../../src/providers/provider.ts";
import { strictly } from "../../src/providers/schema.ts";
import { everyVendor, openSeats, requestOf, type Seats } from "./conformance.ts";
import { json, openServed } from "./served.ts";

const schema = {
  type: "object",
  properties: { city: { type: "string" }, degrees: { type: "number" } },
  required: ["city", "degrees"],
  additionalProperties: false,
};
const messages = requestOf(everyVendor[0] ?? assert.fail(), {}).messages;

const isFormRefused = (error: unknown) =>
  error instanceof ProviderError && error.code === "provider.form_refused" && error.free && error.retryAfterMs === 0;

/** What the vendor was told of the form: the schema, JSON of any kind, or nothing. */
const enforced = ({ upstream }: Seats, place: number): string => {
  const body = JSON.stringify(upstream.calls[place]?.body);
  if (/"(json_schema|output_config|responseJsonSchema)"|"format":\{"type":"object"/.test(body)) return "schema";
  return /"json_object"|"application\/json"|"format":"json"/.test(body) ? "json" : "text";
};

const inPrompt = ({ upstream }: Seats, place: number): boolean =>
  JSON.stringify(upstream.calls[place]?.body).includes("fits this JSON schema");

for (const vendor of everyVendor) {
  const { id } = vendor;

  test(`${id}: a schema is enforced by the vendor, whole and streamed`, async (t) => {
    const seats = await openSeats(t, {});
    for (const [place, stream] of [false, true].entries()) {
      const { text } = await seats.ask(vendor, { stream, response_schema: schema });
      assert.deepEqual(Object.keys(JSON.parse(text)), ["city", "degrees"]);
      // Anthropic's package forces a tool where it does not know that the model takes a schema.
      if (id !== "anthropic") assert.equal(enforced(seats, place), "schema");
      assert.equal(inPrompt(seats, place), false);
    }
  });

  test(`${id}: the schema of our evaluations is taken to the letter`, async (t) => {
    const { ask } = await openSeats(t, {});
    const { text } = await ask(vendor, { response_schema: evaluationSchema });
    const { evaluation_criteria } = JSON.parse(text) as { evaluation_criteria: object };
    assert.equal(Object.keys(evaluation_criteria).length, 8);
  });

  test(`${id}: JSON of no schema is asked for, and the prompt says so where it did not`, async (t) => {
    const seats = await openSeats(t, {});
    const { text } = await seats.ask(vendor, { json: true });
    assert.match(JSON.stringify(seats.upstream.calls[0]?.body), /Answer with one JSON object\./);
    // Anthropic has no such mode.
    if (id !== "anthropic") assert.equal(typeof JSON.parse(text), "object");
  });

  if (id === "anthropic") continue;

  test(`${id}: a refused schema becomes JSON with the schema in the prompt, then plain text, and stays so`, async (t) => {
    const seats = await openSeats(t, { text: '{"city":"Oslo","degrees":3}' });
    seats.upstream.add({ fault: "schema_refused" }, { fault: "json_refused" });
    const ask = (place: number) => seats.ask(vendor, { response_schema: schema, stream: place % 2 === 1 });
    await assert.rejects(ask(0), isFormRefused);
    await assert.rejects(ask(1), isFormRefused);
    for (const place of [2, 3]) assert.equal((await ask(place)).text, '{"city":"Oslo","degrees":3}');
    assert.deepEqual(
      [0, 1, 2, 3].map((place) => [enforced(seats, place), inPrompt(seats, place)]),
      [
        ["schema", false],
        ["json", true],
        ["text", true],
        ["text", true],
      ],
    );
    assert.equal(seats.upstream.bill() > 0n, true);
    const other = { ...requestOf(vendor, {}).profile, model_version: "model-2" };
    await assert.rejects(seats.ask(vendor, { response_schema: schema, profile: other }), isFormRefused);
    assert.equal(enforced(seats, 4), "schema");
  });
}

test("a closed schema means no more than the schema did, and what cannot be closed is left alone", () => {
  const evaluation = strictly(evaluationSchema);
  assert.ok(evaluation);
  const whole = JSON.stringify(evaluation);
  assert.doesNotMatch(whole, /"default"|\$schema/);
  assert.match(
    whole,
    /"required":\["point","criterion","severity","quote","suggestion"\],"additionalProperties":false/,
  );
  assert.deepEqual(strictly(schema), schema);
  const optional = { type: "object", properties: { a: { type: "string" } } };
  const open = { type: "object", additionalProperties: { type: "string" } };
  for (const loose of [optional, open, { type: "object" }, { type: "array", items: optional }, { anyOf: [open] }])
    assert.equal(strictly(loose), null);
  assert.deepEqual(strictly({ type: "array", items: schema }), { type: "array", items: schema });
});

test("a schema that cannot be closed is sent as it is, and not called strict", async (t) => {
  const { ask, upstream } = await openSeats(t, {});
  const vendor = everyVendor.find(({ id }) => id === "openai") ?? assert.fail();
  await ask(vendor, { messages, response_schema: { type: "object", properties: { a: { type: "string" } } } });
  assert.match(JSON.stringify(upstream.calls[0]?.body), /"properties":\{"a":\{"type":"string"\}\}\},"strict":false/);
});

test("a schema that is itself at fault is asked for more loosely; others at the same model are not", async (t) => {
  const bodies: string[] = [];
  const complaints = [
    "Invalid schema for response_format 'answer': In context=(), 'required' is required to be supplied.",
    "The compiled grammar is too large, which would cause performance issues.",
    "The specified schema produces a constraint that has too many states for serving.",
  ];
  for (const message of complaints) {
    const refuse: RequestListener = async (request, response) => {
      const body = (await request.toArray()).join("");
      bodies.push(body);
      const isWrong = body.includes('"json_schema"') && body.includes('"wrong"');
      const answer = { choices: [{ index: 0, message: { role: "assistant", content: "{}" }, finish_reason: "stop" }] };
      json(isWrong ? 400 : 200, isWrong ? { error: { message } } : answer)(request, response);
    };
    const { ask } = await openServed(t, refuse);
    const vendor = everyVendor.find(({ id }) => id === "openai-compatible") ?? assert.fail();
    const wrong = { ...schema, properties: { wrong: { type: "string" } }, required: ["wrong"] };
    await assert.rejects(ask(vendor, { response_schema: wrong }), isFormRefused);
    for (const [asked, form] of [
      [wrong, "json_object"],
      [schema, "json_schema"],
    ] as const) {
      assert.equal((await ask(vendor, { response_schema: asked })).text, "{}");
      assert.ok(bodies.at(-1)?.includes(`"${form}"`), message);
    }
  }
});
