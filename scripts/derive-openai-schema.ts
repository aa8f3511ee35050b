/**
 * The part of OpenAI's published description that `/v1` is held to, as one JSON schema.
 *
 *     node scripts/derive-openai-schema.ts openapi.json COMMIT > server/test/v1/openai-schema.json
 *
 * openapi.json and its licence (MIT): https://github.com/openai/openai-openapi
 */
import { readFileSync } from "node:fs";

const [file, commit] = process.argv.slice(2);
if (!file || !commit) throw new Error("Give the path of openapi.json and the commit it is of");

type Schema = { [key: string]: unknown };
const published = JSON.parse(readFileSync(file, "utf8")) as { info: Schema; components: { schemas: Schema } };

const wanted = [
  ...["CreateChatCompletionResponse", "CreateChatCompletionStreamResponse"],
  ...["ListModelsResponse", "Model", "ErrorResponse"],
];
/** Words for people, and for OpenAI's own generators. */
const words = new Set(["description", "example", "examples", "title", "deprecated", "externalDocs", "discriminator"]);

const found = new Map<string, unknown>();
for (const open = [...wanted]; open.length > 0; ) {
  const name = open.pop() ?? "";
  if (found.has(name)) continue;
  const definition = derived(published.components.schemas[name]);
  if (definition === undefined) throw new Error(`There is no ${name} any more`);
  found.set(name, definition);
  open.push(...[...JSON.stringify(definition).matchAll(/"#\/\$defs\/(\w+)"/g)].map(([, other]) => other ?? ""));
}
const schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "openai",
  $comment: `From openapi.json of github.com/openai/openai-openapi at ${commit} (MIT, Copyright (c) OpenAI), by scripts/derive-openai-schema.ts`,
  $defs: Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1))),
};
process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);

/** The same without words; references stay in this file; what OpenAPI 3.0 calls nullable may be null. */
function derived(value: unknown, isName = false): unknown {
  if (Array.isArray(value)) return value.map((one) => derived(one));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => isName || !(key.startsWith("x-") || words.has(key)))
    .filter(([key]) => isName || key !== "nullable")
    .map(([key, inner]) => [
      key,
      key === "$ref"
        ? String(inner).replace("#/components/schemas/", "#/$defs/")
        : derived(inner, !isName && key === "properties"),
    ]);
  const schema = Object.fromEntries(entries);
  return !isName && "nullable" in value && value.nullable === true ? { anyOf: [schema, { type: "null" }] } : schema;
}
