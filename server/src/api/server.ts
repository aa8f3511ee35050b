/** The door: HTTP in front of everything else. Start reading here for what a request passes on its way in. */
import type { Socket } from "node:net";
import { Id } from "@orchestratex/sdk/contract";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { mayArriveSlowly } from "./arriving.ts";
import { knowUser } from "./auth.ts";
import type { Door } from "./door.ts";
import { checkHost, closeLinesWhen, guard, headersFor, requestIdOf } from "./guard.ts";
import { openFollowers } from "./live.ts";
import { describeRoutes } from "./openapi.ts";
import { errorPage, liveConsole, nothingHere, webPages } from "./pages.ts";
import { answerProblems, answerUnreadable, BODY_LIMIT_BYTES, pathOf, sendProblem } from "./problems.ts";
import { controlRoutes } from "./routes/control.ts";
import { exportRoutes } from "./routes/export.ts";
import { downloadRoutes } from "./routes/file-download.ts";
import { fileEventRoutes } from "./routes/file-events.ts";
import { fileSearchRoutes } from "./routes/file-search.ts";
import { fileRoutes } from "./routes/files.ts";
import { integrationRoutes } from "./routes/integrations.ts";
import { liveRoutes } from "./routes/live.ts";
import { modelTestRoutes } from "./routes/model-tests.ts";
import { modelRoutes } from "./routes/models.ts";
import { openAiRoutes } from "./routes/openai.ts";
import { openAiEmbeddingRoutes } from "./routes/openai-embeddings.ts";
import { orchestrateRoutes } from "./routes/orchestrate.ts";
import { selfTestRoutes } from "./routes/self-test.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { settingsRoutes } from "./routes/settings.ts";
import { shareRoutes } from "./routes/shares.ts";
import { systemRoutes } from "./routes/system.ts";
import { threadPartRoutes } from "./routes/thread-parts.ts";
import { threadRoutes } from "./routes/threads.ts";
import { tusRoutes } from "./routes/tus.ts";
import { uploadRoutes } from "./routes/uploads.ts";
import { isForSocket, openSockets } from "./sockets.ts";
import { validate } from "./validate.ts";

/** A closing door waits this long for answers that are under way. */
const CLOSE_WITHIN_MS = 5_000;

/** The server's `listen` and `inject` are the caller's; the door's streams end when it closes or `door.stopping` fires. */
export function buildDoor(door: Door): FastifyInstance {
  const app = openFastify(door);
  const stopping = AbortSignal.any([door.stopping, closeInTime(app)]);
  guard(app, stopping);
  closeLinesWhen(app, stopping);
  answerProblems(app);
  nothingHere(app, door.web);
  validate(app);
  knowUser(app);
  logRequests(app);
  describeRoutes(app, door.version);
  app.register(async (scope) => {
    const routes = scope.withTypeProvider<ZodTypeProvider>();
    waitForStore(scope, door);
    const followers = openFollowers({ ...door, stopping });
    const watching = { door, followers, stopping };
    orchestrateRoutes(routes, watching);
    controlRoutes(routes, watching);
    settingsRoutes(routes, door);
    threadRoutes(routes, door, followers);
    threadPartRoutes(routes, door);
    exportRoutes(routes, door);
    shareRoutes(routes, door);
    sessionRoutes(routes, door);
    modelRoutes(routes, door);
    modelTestRoutes(routes, door);
    integrationRoutes(routes, door);
    selfTestRoutes(routes, door);
    fileRoutes(routes, door);
    fileEventRoutes(routes, door, followers.files);
    downloadRoutes(routes, door);
    uploadRoutes(routes, door);
    tusRoutes(routes, door);
    openAiRoutes(routes, watching);
    openAiEmbeddingRoutes(routes, door);
    fileSearchRoutes(routes, door);
    liveRoutes(routes, door, followers, openSockets(app, followers, door.mostSockets));
    systemRoutes(routes, door, followers);
    errorPage(scope);
    liveConsole(scope, door.webDir);
    if (door.web) webPages(scope, door.web);
  });
  return app;
}

/** `validate` sets ours. Without these Fastify reads Ajv and its like at the start, for nothing [an eighth of it]. */
const unused = (): never => {
  throw new Error("Fastify's own compilers are not used");
};

const openFastify = ({ log }: Door): FastifyInstance =>
  Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) => requestIdOf(request),
    schemaController: { compilersFactory: { buildValidator: unused, buildSerializer: unused } },
    bodyLimit: BODY_LIMIT_BYTES,
    // A request must arrive whole in this time, unless it brings a file; an answer may take as long as it takes.
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 5_000, shouldUpgradeCallback: isForSocket },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    // We say so ourselves, as a problem.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => {
      if (!isTimeout(error) || !mayArriveSlowly(socket)) answerUnreadable(error, socket);
    },
    frameworkErrors: (error, request, reply) => {
      reply.headers({ "X-Request-Id": request.id, ...headersFor(pathOf(request.url), request.headers.host ?? "") });
      try {
        checkHost(request.headers);
        sendProblem(error, request, reply);
      } catch (refusal) {
        sendProblem(refusal, request, reply);
      }
    },
  });

const isTimeout = (error: Error): boolean => "code" in error && error.code === "ERR_HTTP_REQUEST_TIMEOUT";

/** While the store is being opened a request of the API waits for it, or learns what is missing; health speaks for itself. */
function waitForStore(scope: FastifyInstance, { storeOpens }: Door): void {
  scope.addHook("preHandler", (request, _reply, done) => {
    const { url = "" } = request.routeOptions;
    const opens = /^\/(api|v1|ws)\//.test(url) && url !== "/api/health" ? storeOpens() : undefined;
    if (opens) opens.then(() => done(), done);
    else done();
  });
}

/**
 * The end does not wait for lines without a request: those that a browser opened in advance, or that stopped half way.
 * Node itself closes only those that have had an answer.
 */
function closeInTime(app: FastifyInstance): AbortSignal {
  const quiet = new Set<Socket>();
  app.server.on("connection", (socket: Socket) => {
    quiet.add(socket);
    socket.once("close", () => quiet.delete(socket));
  });
  app.server.on("upgrade", (_request, stream) => quiet.delete(stream as Socket));
  app.server.on("request", ({ socket }, response) => {
    quiet.delete(socket);
    response.once("close", () => {
      // Node would keep a line open whose answer began before the end.
      if (closing.signal.aborted) socket.destroySoon();
      else if (!socket.destroyed) quiet.add(socket);
    });
  });
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  app.addHook("preClose", async () => {
    closing.abort();
    for (const socket of quiet) socket.destroy();
    timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_WITHIN_MS);
  });
  app.addHook("onClose", async () => clearTimeout(timer));
  return closing.signal;
}

/** One line per request, without its query; the probes of a supervisor are not worth one. */
function logRequests(app: FastifyInstance): void {
  app.addHook("onResponse", async (request, reply) => {
    const path = pathOf(request.url);
    const level = path === "/health" ? "debug" : "info";
    const ms = Math.round(reply.elapsedTime);
    request.log[level](
      { method: request.method, path, status: reply.statusCode, ms, ...idsIn(request.params) },
      "answered",
    );
  });
}

/** What a request is about, where its path names it rightly. */
const idsIn = (params: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries((params ?? {}) as Record<string, string>).filter(
      ([name, id]) => (name === "thread_id" || name === "session_id") && Id.safeParse(id).success,
    ),
  );
