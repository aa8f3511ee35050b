/** The page at `/docs`. What it is made of is read when somebody first looks at it [a seventh of the start]. */
import type { SwaggerOptions } from "@fastify/swagger";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import { NO_SUCH_PATH } from "./problems.ts";

type Document = Extract<SwaggerOptions, { mode: "static" }>["specification"] extends infer Of
  ? Extract<Of, { document: unknown }>["document"]
  : never;

const paths = ["/docs", "/docs/json", "/docs/yaml", "/docs/static/*"];

/** Headers of the page's own that are passed on. */
const passed = ["content-type", "location", "etag", "last-modified"];

export function docsPage(app: FastifyInstance, document: () => object): void {
  let pages: Promise<FastifyInstance> | undefined;
  const serve = async (request: FastifyRequest, reply: FastifyReply) => {
    pages ??= openPages(document() as Document);
    const known = request.headers["if-none-match"];
    const answer = await (await pages).inject({ url: request.url, headers: known ? { "if-none-match": known } : {} });
    if (answer.statusCode === 404) throw new AppError("route.not_found", NO_SUCH_PATH);
    for (const name of passed) if (answer.headers[name] !== undefined) reply.header(name, answer.headers[name]);
    return reply.code(answer.statusCode).send(answer.rawPayload);
  };
  for (const path of paths) app.get(path, { schema: { hide: true } }, serve);
}

/** A server of its own, which never listens. */
async function openPages(document: Document): Promise<FastifyInstance> {
  const { default: swagger } = await import("@fastify/swagger");
  const { default: swaggerUi } = await import("@fastify/swagger-ui");
  const pages = Fastify({ routerOptions: { ignoreTrailingSlash: true } });
  await pages.register(swagger, { mode: "static", specification: { document } });
  await pages.register(swaggerUi, {
    routePrefix: "/docs",
    theme: { title: "OrchestrateX API" },
    uiConfig: { deepLinking: true, tryItOutEnabled: true, displayRequestDuration: true },
  });
  return pages;
}
