/** The line of a streamed answer under `/v1`: chunks as server-sent events, and comments that keep it alive. */
import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import type { AppError } from "../../errors.ts";
import { beginEventStream } from "../sse.ts";
import { openAiErrorOf } from "./errors.ts";

/** Clients and proxies give up a line that is silent for longer: some after 30 seconds. */
const KEEP_ALIVE_MS = 10_000;

/** One that has taken nothing of what waits for it for so many comments is gone. */
const STUCK_COMMENTS = 12;

export type Line = ReturnType<typeof openLine>;

/** Headers and a first comment leave at once. Nothing is written once the client is gone. */
export function openLine(reply: FastifyReply, doing: string) {
  const raw = beginEventStream(reply);
  const write = (text: string): boolean => raw.destroyed || raw.writableEnded || raw.write(text);
  const comment = () => void write(`: keep-alive, ${doing}\n\n`);
  comment();
  let stuck = 0;
  raw.on("drain", () => {
    stuck = 0;
  });
  const timer = setInterval(() => {
    if (raw.writableLength === 0) comment();
    else if (++stuck >= STUCK_COMMENTS) raw.destroy();
  }, KEEP_ALIVE_MS);
  raw.once("close", () => clearInterval(timer));
  return {
    /** What happens now, told at once and again while nothing else is. */
    doing(now: string): void {
      if (now === doing) return;
      doing = now;
      comment();
    },
    /** Resolves when there is room for more. */
    async send(chunk: object): Promise<void> {
      timer.refresh();
      if (!write(`data: ${JSON.stringify(chunk)}\n\n`)) await roomOn(raw);
    },
    /** The last event tells of the failure; `[DONE]` does not come. */
    fail(fault: AppError): void {
      write(`data: ${JSON.stringify(openAiErrorOf(fault))}\n\n`);
      this.close();
    },
    done(): void {
      write("data: [DONE]\n\n");
      this.close();
    },
    close(): void {
      clearInterval(timer);
      raw.end();
    },
  };
}

const roomOn = (raw: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      raw.off("drain", go);
      raw.off("close", go);
      resolve();
    };
    raw.on("drain", go);
    raw.on("close", go);
    if (raw.destroyed) go();
  });
