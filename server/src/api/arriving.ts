/**
 * Bodies that take long: a file on a slow line needs minutes, where other requests have to be here within the server's time limit.
 * They may take as long as bytes keep coming, and what is not wanted of them any more is let pass.
 */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { AppError } from "../errors.ts";

/** Without any byte. */
const QUIET_MS = 60_000;

const slow = new WeakSet<Socket>();

/**
 * A request whose headers are here and whose body may take longer than others: Node's time limit is not for it. Node tells of such
 * a socket once, and leaves it alone when nobody ends it.
 */
export const mayArriveSlowly = (socket: Socket): boolean => slow.has(socket);

/** For all routes of this scope. */
export function takeTime(scope: FastifyInstance): void {
  scope.addHook("onRequest", async ({ raw }) => {
    const { socket } = raw;
    slow.add(socket);
    raw.once("close", () => slow.delete(socket));
  });
  scope.addHook("onSend", async ({ raw }) => letPass(raw));
}

/** Of what nobody reads any more. */
const PASSED_BYTES = 64 * 1024 * 1024;
const PASSED_MS = 10_000;

/**
 * Who is still sending when the answer comes may not see it if the line is cut at once (RFC 9112, 9.6): the rest is read and
 * forgotten, within bounds.
 */
function letPass(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const end = () => request.destroy();
  const timer = setTimeout(end, PASSED_MS).unref();
  let passed = 0;
  request
    .on("data", ({ length }: Buffer) => {
      passed += length;
      if (passed > PASSED_BYTES) end();
    })
    .once("close", () => clearTimeout(timer))
    .on("error", () => undefined)
    .resume();
}

/**
 * The pieces of a body as they come. Throws `request.timeout` after a minute without any, `request.malformed` where the line was
 * cut. Leaves the stream as it is when whoever reads ends before it.
 */
export async function* piecesOf(stream: Readable, quietMs = QUIET_MS): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const piece: Uint8Array | null = stream.readableEnded || stream.destroyed ? null : stream.read();
    if (piece !== null) {
      yield piece;
      continue;
    }
    if (stream.readableEnded) return;
    if (stream.destroyed) throw wasCut(stream.errored);
    await somethingOf(stream, quietMs);
  }
}

const wasCut = (cause: unknown): AppError =>
  new AppError("request.malformed", "The line was cut before the body was whole: send the rest", { cause });

const happenings = ["readable", "end", "error", "close"] as const;

function somethingOf(stream: Readable, withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (fault?: AppError) => {
      clearTimeout(timer);
      for (const name of happenings) stream.off(name, heard);
      if (fault) reject(fault);
      else resolve();
    };
    const heard = () => settle();
    const timer = setTimeout(() => {
      settle(new AppError("request.timeout", `Nothing came for ${withinMs / 1000} seconds: send the rest`));
    }, withinMs);
    for (const name of happenings) stream.on(name, heard);
  });
}
