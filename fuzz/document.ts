/** The server's own document, and whether an answer is one that it promises. */
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  required?: string[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  example?: unknown;
};

export type Parameter = { in: "path" | "query" | "header"; name: string; required?: boolean; schema: Schema };

type Content = Record<string, { schema: Schema }>;

export type Operation = {
  operationId: string;
  method: string;
  path: string;
  parameters: Parameter[];
  body: Schema | null;
  responses: Record<string, { description: string; content?: Content }>;
};

type Source = Omit<Operation, "method" | "path" | "body"> & { requestBody?: { content: Content } };

export type Document = {
  operations: Operation[];
  /** Paths that are WebSockets. */
  sockets: string[];
  resolve(schema: Schema): Schema;
  /** What is wrong with a value, or null. */
  faultOf(schema: Schema, value: unknown): string | null;
};

export async function readDocument(base: string): Promise<Document> {
  const source = (await (await fetch(`${base}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Source>>;
    components: { schemas: Record<string, Schema> };
  };
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (to: Ajv2020) => void)(ajv);
  ajv.addSchema(source, "document");
  const compiled = new Map<Schema, ReturnType<Ajv2020["compile"]>>();
  const all = Object.entries(source.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({
      ...{ operationId: one.operationId, method: method.toUpperCase(), path, responses: one.responses },
      parameters: one.parameters ?? [],
      body: one.requestBody?.content["application/json"]?.schema ?? null,
    })),
  );
  return {
    operations: all.filter(({ path }) => !path.startsWith("/ws/")),
    sockets: all.filter(({ path }) => path.startsWith("/ws/")).map(({ path }) => path),
    resolve: (schema) => source.components.schemas[schema.$ref?.split("/").at(-1) ?? ""] ?? schema,
    faultOf(schema, value) {
      let fits = compiled.get(schema);
      if (!fits) {
        fits = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
        compiled.set(schema, fits);
      }
      return fits(value) ? null : ((fits.errors ?? []) as ErrorObject[]).slice(0, 3).map(inWords).join("; ");
    },
  };
}

const inWords = ({ instancePath, message }: ErrorObject): string => `${instancePath || "/"} ${message}`;
