/** The document at `/openapi.json`, made from the contracts that the routes are checked against. */
import swagger from "@fastify/swagger";
import { Problem } from "@orchestratex/sdk/contract";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject, type ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { type FaultCode, faultOf } from "../errors.ts";
import { docsPage } from "./docs.ts";

/** What a room of routes is written on: paths, queries, bodies and replies typed by their contracts. */
export type Routes = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

const tags = [
  { name: "orchestrate", description: "Ask, watch, stop" },
  { name: "threads", description: "The life of one prompt, with everything behind it" },
  { name: "shares", description: "Threads shown to others by a link, read-only" },
  { name: "sessions", description: "A user's sitting: settings, cost limit, threads" },
  { name: "files", description: "Files, what was read of them, and searches over it" },
  { name: "models", description: "The models that may answer and evaluate" },
  { name: "integrations", description: "Providers of models: their keys, whether they answer" },
  { name: "files", description: "Files: bytes in, text and passages out" },
  { name: "v1", description: "OpenAI's own API, for clients that speak it" },
  { name: "files", description: "What is uploaded, what is read of it, and what happens to it meanwhile" },
  { name: "live", description: "Follow what happens, by WebSocket or server-sent events" },
  { name: "system", description: "Whether it works" },
];

const about = `Answered by the model that suits the prompt best, criticised by others, refined until it is good.

Follow a prompt live with one command:

\`\`\`
curl -N http://127.0.0.1:8000/api/orchestrate/prompt -H 'Content-Type: application/json' -H 'Accept: text/event-stream' -d '{"prompt":"Why is the sky blue?"}'
\`\`\`

Events by WebSocket and SSE, with a console to try them: [live](/docs/live). Every path answers with and without its last slash. Failures are \`application/problem+json\` (RFC 9457), under \`/v1\` in OpenAI's form: [all codes](/docs/errors). Unknown fields of a body are ignored. Times are RFC 3339 in UTC, durations milliseconds, money US dollars.`;

export function describeRoutes(app: FastifyInstance, version: string): void {
  app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "OrchestrateX", version, description: about, license: { name: "MIT", identifier: "MIT" } },
      servers: [{ url: "/" }],
      tags,
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => tidy(jsonSchemaTransformObject(document)),
  });
  app.register(async (scope) => {
    scope.get("/openapi.json", { schema: { hide: true } }, async (_request, reply) => {
      reply.type("application/json; charset=utf-8");
      return JSON.stringify(scope.swagger());
    });
    docsPage(scope, () => scope.swagger());
  });
}

const bytes = { type: "string", format: "binary", example: "(the bytes)" };
const form = (fields: object, example: object) => ({
  schema: {
    ...{ type: "object", required: ["file"], properties: { ...fields, file: bytes } },
    example: { ...example, file: "(the bytes)" },
  },
});

const chunkFields = {
  index: { type: "integer", minimum: 0, description: "of the chunk, from 0" },
  sha256: { type: "string", description: "of the chunk, in hexadecimal" },
};

/** What is read as it comes has no contract to be checked against. */
const rawBodies: Record<string, object> = {
  uploadFile: { required: true, content: { "multipart/form-data": form({}, {}) } },
  uploadChunk: {
    required: true,
    content: {
      "application/octet-stream": { schema: bytes },
      "multipart/form-data": form(chunkFields, { index: 0 }),
    },
  },
};

const optionalBodies = new Set(["stopThread", "testIntegration"]);

/** The generator says of every body that it is required, and lists every contract twice, as taken and as given. */
function tidy<Document>(document: Document): Document {
  const { paths, components } = Documented.parse(document);
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    const { operationId, requestBody } = operation;
    if (requestBody && optionalBodies.has(operationId)) requestBody["required"] = false;
    const raw = rawBodies[operationId];
    if (raw) operation.requestBody = { ...raw };
  }
  const used = new Set<string>();
  for (let texts = [JSON.stringify(paths)]; texts.length > 0; ) {
    const named = texts.flatMap((text) =>
      [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? ""),
    );
    const fresh = [...new Set(named)].filter((name) => !used.has(name));
    for (const name of fresh) used.add(name);
    texts = fresh.map((name) => JSON.stringify(components.schemas[name]));
  }
  for (const name of Object.keys(components.schemas)) if (!used.has(name)) delete components.schemas[name];
  return document;
}

/** The parts of the document that are changed in place. */
const Documented = z.custom<{
  paths: Record<string, Record<string, { operationId: string; requestBody?: Record<string, unknown> }>>;
  components: { schemas: Record<string, unknown> };
}>();

/** A JSON answer, with words for people. */
export const answer = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { "application/json": { schema } },
});

/** A JSON answer that is a stream of events when `Accept: text/event-stream` asks for one. */
export const answerOrStream = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description: `${description}, or with \`Accept: text/event-stream\` its events as they happen`,
  content: { "application/json": { schema }, "text/event-stream": { schema: EventStream } },
});

export const EventStream = z
  .string()
  .describe("Server-sent events: `id` is the seq, `event` the event_type, `data` the envelope (ThreadEvent) as JSON")
  .meta({
    example:
      'id: 1\nevent: orchestration_started\ndata: {"seq":1,"event_type":"orchestration_started","details":{}}\n\n',
  });

export const everywhere: FaultCode[] = ["request.host", "route.method", "internal", "store.failed", "server.stopping"];
export const withBody: FaultCode[] = [
  "request.malformed",
  "request.too_large",
  "request.media_type",
  "request.invalid",
];

/** The answers of a route that are failures: by status, each naming its codes. `body`: and those of a route with a body. */
export function problems(codes: readonly FaultCode[], part: "body" | "none" = "none") {
  const byStatus: Record<
    number,
    { description: string; content: { "application/problem+json": { schema: typeof Problem } } }
  > = {};
  const all = new Set([...codes, ...(part === "body" ? withBody : []), ...everywhere]);
  for (const status of new Set([...all].map((code) => faultOf(code).status))) {
    const here = [...all].filter((code) => faultOf(code).status === status);
    byStatus[status] = {
      description: here.map((code) => `\`${code}\`: ${faultOf(code).title}`).join("; "),
      content: { "application/problem+json": { schema: Problem } },
    };
  }
  return byStatus;
}
