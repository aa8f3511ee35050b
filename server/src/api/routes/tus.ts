/** Resumable uploads for clients that speak tus 1.0, such as Uppy: `docs/files.md`. Its server is read at the first request. */
import type { IncomingMessage } from "node:http";
import { ReadableStream } from "node:stream/web";
import type { FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../../errors.ts";
import { piecesOf, takeTime } from "../arriving.ts";
import type { Door } from "../door.ts";
import type { Routes } from "../openapi.ts";
import { pathOf, problemOf } from "../problems.ts";
import type { Digest } from "../tus-store.ts";

/** https://tus.io/protocols/resumable-upload#checksum */
const CHECKSUM_MISMATCH = 460;

export function tusRoutes(app: Routes, door: Door): void {
  let loaded: Promise<typeof import("../tus-store.ts")> | undefined;
  let locker: import("@tus/server").Locker | undefined;
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    loaded ??= import("../tus-store.ts");
    const { tusServer, openTusLocker, digestAlgorithms } = await loaded;
    locker ??= openTusLocker();
    let fault: unknown;
    const server = tusServer({
      ...{ uploads: door.uploads, ownerId: request.userId, locker, maxBytes: door.uploads.maxBytes },
      digest: digestIn(request.headers["upload-checksum"], digestAlgorithms),
      onFault: (error) => (fault = error),
    });
    const response = await server.handleWeb(webRequest(request.raw));
    for (const [name, value] of response.headers)
      if (!/^(access-control-|connection$|content-length$)/.test(name)) reply.header(name, value);
    if (request.method === "OPTIONS") reply.header("Tus-Checksum-Algorithm", digestAlgorithms.join(","));
    if (fault instanceof AppError && fault.code === "upload.checksum") return mismatch(fault, request, reply);
    if (isOurs(fault)) throw fault;
    return reply.code(response.status).send(response.status === 204 ? undefined : await response.text());
  };
  app.register(async (scope) => {
    takeTime(scope);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    const schema = { hide: true };
    scope.route({ method: ["POST", "OPTIONS"], url: "/api/files/tus", schema, handler: answer });
    const url = "/api/files/tus/:file_id";
    scope.route({ method: ["HEAD", "PATCH", "DELETE", "OPTIONS"], url, schema, handler: answer });
  });
}

/** The package's own faults say their status themselves. */
const isOurs = (fault: unknown): boolean =>
  fault !== undefined && !(typeof fault === "object" && fault !== null && "status_code" in fault);

const mismatch = (fault: AppError, request: FastifyRequest, reply: FastifyReply) =>
  reply
    .code(CHECKSUM_MISMATCH)
    .header("Content-Type", "application/problem+json")
    .send(Buffer.from(JSON.stringify({ ...problemOf(fault, request.id), status: CHECKSUM_MISMATCH })));

/** `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=` */
function digestIn(header: string | string[] | undefined, algorithms: readonly Digest["algorithm"][]): Digest | null {
  if (header === undefined) return null;
  const [name = "", base64 = "", ...more] = String(header).trim().split(/\s+/);
  const algorithm = algorithms.find((one) => one === name);
  if (algorithm === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || more.length > 0)
    throw new AppError(
      "request.malformed",
      `Upload-Checksum must be one of ${algorithms.join(", ")} and its value in Base64`,
    );
  return { algorithm, base64 };
}

function webRequest(raw: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw.headers)) headers.set(name, String(value));
  const { method = "GET", url = "/" } = raw;
  const brings = method === "PATCH" || method === "POST";
  const init = { method, headers, ...(brings && { body: ReadableStream.from(bodyOf(raw)), duplex: "half" }) };
  return new Request(new URL(pathOf(url), "http://localhost"), init as RequestInit);
}

/** A line that is cut is an end like any other: what came of it stays. */
async function* bodyOf(raw: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* piecesOf(raw);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}
