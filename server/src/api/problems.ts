/**
 * Every failure leaves in one form, whoever noticed it: we, Fastify or Node's parser. Under `/v1` that is OpenAI's, else
 * `application/problem+json` (RFC 9457).
 */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Problem } from "@orchestratex/sdk/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError, type FaultCode, faultOf } from "../errors.ts";
import { openAiAnswerTo } from "./v1/errors.ts";

export const NO_SUCH_PATH = "There is no such path: see /docs for what there is";

export const BODY_LIMIT_BYTES = 2 * 1024 * 1024;
export const OPENAI_BODY_LIMIT_BYTES = 25 * 1024 * 1024;

const isOpenAi = (path: string): boolean => /^\/v1(\/|$)/.test(path);

export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
}

/** What programs ask for, and files: whoever asks for one of these is told of it in the form of its own. */
const NO_PAGE = /^\/(api|v1|ws|docs|assets|openapi\.json|health)(\/|$)/;

/** A browser that goes to an address. */
export const wantsPage = ({ method, url, headers }: FastifyRequest): boolean =>
  (method === "GET" || method === "HEAD") && /\btext\/html\b/i.test(headers.accept ?? "") && !NO_PAGE.test(pathOf(url));

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const fault = faultIn(error, request);
  const { status, headers, body } = answerTo(fault, request.id, isOpenAi(pathOf(request.url)));
  // As bytes: to text Fastify would add a charset, which the media type of problems does not have.
  return reply
    .code(status)
    .headers(headers)
    .send(Buffer.from(JSON.stringify(body)));
}

/** What a client is told of it; faults of ours are logged. */
export function faultIn(error: unknown, request: FastifyRequest): AppError {
  const fault = faultFrom(error, request);
  if (fault.status === 500) request.log.error({ err: error }, "a request failed on our side");
  return fault;
}

function answerTo(fault: AppError, requestId: string, openAi: boolean) {
  if (openAi) return openAiAnswerTo(fault);
  const { status } = fault;
  const headers = { "Content-Type": "application/problem+json", ...(status === 503 && { "Retry-After": "1" }) };
  return { status, headers, body: problemOf(fault, requestId) };
}

export const problemOf = (fault: AppError, requestId: string): Problem => ({
  type: `/docs/errors#${fault.code}`,
  title: faultOf(fault.code).title,
  status: fault.status,
  // What went wrong inside is for the log.
  detail: fault.code === "internal" ? "The server's log has the cause under this request id" : fault.message,
  instance: requestId,
  code: fault.code,
  retry: fault.retry,
  ...(fault.errors && { errors: [...fault.errors] }),
});

function faultFrom(error: unknown, request: FastifyRequest): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const known = fastifyFaults[code];
  if (known) return new AppError(known[0], known[1](request), { cause: error });
  const status = statusOf(error);
  if (status >= 400 && status < 500)
    return new AppError("request.malformed", "The request cannot be read: check its headers and body", {
      cause: error,
    });
  return new AppError("internal", "unexpected", { cause: error });
}

const jsonWanted = ({ method, url }: FastifyRequest) =>
  `${method} ${pathOf(url)} takes a body of application/json: set the Content-Type header`;
const tooLarge = ({ url }: FastifyRequest) =>
  `The body may have ${isOpenAi(pathOf(url)) ? 25 : 2} MB at most: send less`;
const notJson = () => "The body is not JSON: check quotes, commas and that it is complete";

/** Codes of Fastify: https://fastify.dev/docs/latest/Reference/Errors/ */
const fastifyFaults: Record<string, [FaultCode, (request: FastifyRequest) => string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["request.media_type", jsonWanted],
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: ["request.media_type", jsonWanted],
  FST_ERR_CTP_BODY_TOO_LARGE: ["request.too_large", tooLarge],
  FST_ERR_CTP_INVALID_JSON_BODY: ["request.malformed", notJson],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    "request.malformed",
    () => "The body is not as long as Content-Length says: send the length in bytes",
  ],
  FST_ERR_BAD_URL: ["request.malformed", () => "The path is not percent-encoded UTF-8: encode it"],
  FST_ERR_MAX_PARAM_LENGTH: ["route.not_found", () => "A part of the path is too long: see /docs for the paths"],
};

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";

const statusOf = (error: unknown): number =>
  typeof error === "object" && error !== null && "statusCode" in error ? Number(error.statusCode) : 500;

export const pathOf = (url: string): string => url.split("?", 1)[0] ?? url;

/** What Node's parser refuses never becomes a request: its answer is written by hand. */
export function answerUnreadable(error: Error, socket: Socket): void {
  const code = codeOf(error);
  if (code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = answerTo(unreadable(code), crypto.randomUUID(), isOpenAi(targetOf(error)));
  const text = JSON.stringify(body);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `Content-Type: ${headers["Content-Type"]}`,
      `Content-Length: ${Buffer.byteLength(text)}`,
      "Connection: close",
      "",
      text,
    ].join("\r\n"),
  );
}

/** The path that was asked for, as far as it came. */
const targetOf = (error: Error): string => {
  const packet = "rawPacket" in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : Buffer.alloc(0);
  return pathOf(/^[A-Z]+ (\S+)/.exec(packet.toString("latin1", 0, 2_000))?.[1] ?? "");
};

function unreadable(code: string): AppError {
  if (code === "HPE_HEADER_OVERFLOW")
    return new AppError("request.header_too_large", "Path and headers may have 16 kB at most together: send less");
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return new AppError("request.timeout", "The request did not arrive whole in time: send it again");
  return new AppError("request.malformed", "This is not a request of HTTP/1.1: check the client");
}
