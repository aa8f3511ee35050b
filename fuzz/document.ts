/** What the server says of itself at /openapi.json: the operations, their inputs, and the shapes of their answers. */
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { Schema } from "./values.ts";

type Parameter = { name: string; in: "path" | "query" | "header"; required?: boolean; schema: Schema };

export type Operation = {
  id: string;
  method: string;
  path: string;
  parameters: readonly Parameter[];
  /** Null: it takes none. */
  body: Schema | null;
  bodyRequired: boolean;
  /** By status and media type; null: no body. */
  answers: ReadonlyMap<number, ReadonlyMap<string, Schema>>;
  /** The fault codes named for a status. */
  codes: ReadonlyMap<number, readonly string[]>;
};

type Described = { description?: string; content?: Record<string, { schema: Schema }> };
type Written = {
  operationId?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, Described>;
};
export type OpenApi = {
  paths: Record<string, Record<string, Written>>;
  components: { schemas: Record<string, Schema> };
};

export type Contract = {
  operations: readonly Operation[];
  schemas: Readonly<Record<string, Schema>>;
  /** Null when it fits, else what does not. */
  problemWith(schema: Schema, value: unknown): string | null;
};

export function contractOf(document: OpenApi): Contract {
  const { schemas } = document.components;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, written]) => operationOf(path, method.toUpperCase(), written)),
  );
  return { operations, schemas, problemWith: checker(schemas) };
}

function operationOf(path: string, method: string, written: Written): Operation {
  const answers = new Map<number, Map<string, Schema>>();
  const codes = new Map<number, string[]>();
  for (const [status, { content = {}, description = "" }] of Object.entries(written.responses)) {
    answers.set(Number(status), new Map(Object.entries(content).map(([type, { schema }]) => [type, schema])));
    codes.set(
      Number(status),
      [...description.matchAll(/`([a-z_]+\.?[a-z_]*)`:/g)].map(([, code = ""]) => code),
    );
  }
  return {
    id: written.operationId ?? `${method} ${path}`,
    method,
    path,
    parameters: written.parameters ?? [],
    body: written.requestBody?.content["application/json"]?.schema ?? null,
    bodyRequired: written.requestBody?.required ?? false,
    answers,
    codes,
  };
}

function checker(schemas: Readonly<Record<string, Schema>>): Contract["problemWith"] {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  formats.default(ajv);
  ajv.addSchema({ $id: "contract", components: { schemas } });
  const compiled = new Map<Schema, ReturnType<typeof ajv.compile>>();
  return (schema, value) => {
    let check = compiled.get(schema);
    if (!check) {
      check = ajv.compile(pointed(schema));
      compiled.set(schema, check);
    }
    if (check(value)) return null;
    const [error] = check.errors ?? [];
    return `${error?.instancePath || "/"} ${error?.message}`;
  };
}

/** References of the document, as references into the one schema that holds them all. */
const pointed = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"contract#/components/')) as Schema;
