/**
 * What is checked before anything else, on every path: Host and Origin, so that no web page of another name reaches
 * a server without accounts (DNS rebinding); whether we are leaving; whether the path exists and takes the method.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import { NO_SUCH_PATH, pathOf, wantsPage } from "./problems.ts";

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/** The Host must be this machine by a name that no one else can own; the Origin, if any, the same. */
export function checkHost({ host, origin }: { host?: string | undefined; origin?: string | undefined }): void {
  if (!LOOPBACK.test(host ?? ""))
    throw new AppError(
      "request.host",
      "Host must be localhost, 127.0.0.1 or [::1]: without accounts this server answers to its own machine only",
    );
  if (origin !== undefined && !sameOrigin(origin, host ?? ""))
    throw new AppError(
      "request.host",
      "Origin must be this server's own address: pages of other sites may not call it",
    );
}

function sameOrigin(origin: string, host: string): boolean {
  const { protocol } = URL.parse(origin) ?? {};
  if (protocol !== "http:" && protocol !== "https:") return false;
  const [theirs, ours] = [URL.parse(origin), URL.parse(`${protocol}//${host}`)];
  return theirs !== null && ours !== null && theirs.origin === ours.origin;
}

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Swagger UI puts style attributes and fonts of its own into the page. */
const DOCS_POLICY = PAGE_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").concat(
  "; font-src 'self' data:",
);

/** Not every browser takes 'self' to mean sockets too. A host in brackets has no place in a policy. */
const livePolicy = (host: string): string =>
  LOOPBACK.test(host) && !host.startsWith("[")
    ? PAGE_POLICY.replace("connect-src 'self'", `connect-src 'self' ws://${host}`)
    : PAGE_POLICY;

/** Of the web app. */
export const pagePolicy = (host: string): string => `${livePolicy(host)}; font-src 'self'; manifest-src 'self'`;

const policyFor = (path: string, host: string): string => {
  if (/^\/docs\/live\/?$/.test(path)) return livePolicy(host);
  return path === "/docs" || path.startsWith("/docs/") ? DOCS_POLICY : PAGE_POLICY;
};

/** On every answer. */
export const headersFor = (path: string, host: string): Record<string, string> => ({
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Content-Security-Policy": policyFor(path, host),
  "Cache-Control": /^\/(api|v1)\//.test(path) || path === "/health" ? "no-store" : "no-cache",
});

export function guard(app: FastifyInstance, stopping: AbortSignal): void {
  const { methodsOf, isOther } = knowRoutes(app);
  app.addHook("onRequest", async (request, reply) => {
    const path = pathOf(request.url);
    reply.headers({ "X-Request-Id": request.id, ...headersFor(path, request.headers.host ?? "") });
    checkHost(request.headers);
    if (stopping.aborted) throw new AppError("server.stopping", "The server is stopping: ask again in a moment");
    if (!request.is404 && !isOther(path, request.method)) return;
    const methods = methodsOf(path);
    if (methods.length === 0 && wantsPage(request)) return;
    if (methods.length === 0) throw new AppError("route.not_found", NO_SUCH_PATH);
    reply.header("Allow", methods.join(", "));
    throw new AppError("route.method", `This path takes ${methods.join(", ")}, not ${request.method}`);
  });
}

/** A line that stays open after its answer would hold up the end. */
export function closeLinesWhen(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook("onSend", async (_request, reply) => {
    if (stopping.aborted) reply.header("Connection", "close");
  });
}

/** Fastify answers 404 for a known path with a method it does not take; to say 405 we keep the patterns ourselves. */
function knowRoutes(app: FastifyInstance) {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  const named = (path: string) => routes.get(path) ?? routes.get(path.replace(/\/$/, ""));
  app.addHook("onRoute", ({ url, method }) => {
    const known = routes.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const one of [method].flat()) known.methods.add(one);
    routes.set(url, known);
  });
  return {
    methodsOf(path: string): string[] {
      const exact = named(path);
      const all = exact ? [exact] : [...routes.values()].filter(({ pattern }) => pattern.test(path));
      return all.flatMap(({ methods }) => [...methods]).sort();
    },
    /** A path with a name of its own that does not take this method, where one with an id in that place would. */
    isOther: (path: string, method: string): boolean => named(path)?.methods.has(method) === false,
  };
}

function patternOf(url: string): RegExp {
  const source = url.replace(/\/$/, "").replace(/[.]/g, "\\.").replace(/:\w+/g, "[^/]+").replace(/\*/g, ".*");
  return new RegExp(`^${source}/?$`);
}

/** The caller's own id if it is a sane one: it is logged and sent back. */
export function requestIdOf(request: { headers: FastifyRequest["headers"] }): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && /^[\w.:-]{1,128}$/.test(given) ? given : crypto.randomUUID();
}
