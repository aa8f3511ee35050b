/** The examples of the document: one for every body and answer, and each fits its own contract. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { EventDetails, eventExamples, ThreadEvent } from "@orchestratex/sdk/contract";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { openByHand } from "./by-hand.ts";

const { door } = await openByHand({ after });

type Schema = { $ref?: string; example?: unknown };
type Content = Record<string, { schema: Schema }>;
type Operation = {
  parameters?: { in: string; name: string; description?: string; schema: { description?: string } }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
};
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };

const document: Document = (await door.inject({ url: "/openapi.json" })).json();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);
const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (to: Ajv2020) => void)(ajv);
ajv.addSchema(document, "document");

const named = ({ $ref }: Schema): Schema => document.components.schemas[$ref?.split("/").at(-1) ?? ""] ?? {};

/** What is wrong with the example of a body or an answer. */
function faultsOf(schema: Schema): string[] {
  const { example } = schema.$ref === undefined ? schema : named(schema);
  if (example === undefined) return ["has no example: give its contract `.meta({ example })`"];
  const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'));
  const fits = ajv.compile(local);
  return fits(example) ? [] : [`its example does not fit: ${ajv.errorsText(fits.errors)}`];
}

test("every body and every successful answer has an example that fits it", () => {
  const wrong: string[] = [];
  for (const { name, operation } of operations) {
    const { requestBody, responses } = operation;
    for (const [type, { schema }] of Object.entries(requestBody?.content ?? {}))
      wrong.push(...faultsOf(schema).map((fault) => `${name}: its body (${type}) ${fault}`));
    for (const [status, { content = {} }] of Object.entries(responses))
      for (const [type, { schema }] of Object.entries(content))
        wrong.push(...faultsOf(schema).map((fault) => `${name}: its answer ${status} (${type}) ${fault}`));
  }
  assert.deepEqual([...new Set(wrong)], []);
});

test("every parameter says what it is for", () => {
  const wrong = operations.flatMap(({ name, operation }) =>
    (operation.parameters ?? [])
      .filter(({ description, schema }) => !(description ?? schema.description))
      .map((parameter) => `${name}: ${parameter.in} ${parameter.name} has no description`),
  );
  assert.deepEqual(wrong, []);
});

test("every example that stands in a contract fits it", () => {
  const wrong = Object.entries(document.components.schemas).flatMap(([name, { example }]) =>
    example === undefined ? [] : faultsOf({ $ref: `#/components/schemas/${name}` }).map((fault) => `${name} ${fault}`),
  );
  assert.deepEqual(wrong, []);
});

test("every event has an example of its details", () => {
  assert.deepEqual(Object.keys(eventExamples).sort(), Object.keys(EventDetails).sort());
  for (const [type, details] of Object.entries(EventDetails)) {
    const example = eventExamples[type as keyof typeof eventExamples];
    const { success, error } = details.safeParse(example);
    assert.ok(success, `${type}: ${error?.message}`);
    assert.deepEqual(
      Object.keys(example).filter((name) => !(name in details.shape)),
      [],
      type,
    );
  }
  ThreadEvent.parse(ThreadEvent.meta()?.["example"]);
});

test("the document is OpenAPI 3.1", async () => {
  const { valid, errors } = await new Validator().validate(
    structuredClone(document) as unknown as Record<string, unknown>,
  );
  assert.ok(valid, JSON.stringify(errors)?.slice(0, 2_000));
});
