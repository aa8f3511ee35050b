/** Sending a request as it is, and telling it as a line for a shell. */
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import type { Asked } from "./requests.ts";

export type Answer = { status: number; headers: IncomingHttpHeaders; text: string; ms: number; cut: boolean };

/** A stream is left after this long. */
const STREAM_MS = 150;
const ANSWER_WITHIN_MS = 20_000;

export const agent = new Agent({ keepAlive: true, maxSockets: 32 });

/** A string says what went wrong with the line. */
export const send = (base: string, asked: Asked): Promise<Answer | string> =>
  new Promise((resolve) => {
    const started = performance.now();
    const { body, chunked, headers, method } = asked;
    const length = body === null || chunked ? {} : { "content-length": String(body.length) };
    let line: ReturnType<typeof request>;
    try {
      line = request(base, { method, path: asked.path, agent, headers: { ...length, ...headers } });
    } catch (error) {
      return resolve(`not sent: ${error instanceof Error ? error.message : error}`);
    }
    line.setTimeout(ANSWER_WITHIN_MS, () => line.destroy(new Error(`no answer in ${ANSWER_WITHIN_MS} ms`)));
    line.once("error", (error) => resolve(error.message));
    line.once("response", (reply) => {
      const pieces: Buffer[] = [];
      const end = (cut: boolean) => {
        const text = Buffer.concat(pieces).toString();
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text, ms: performance.now() - started, cut });
      };
      reply.on("data", (piece: Buffer) => pieces.push(piece));
      reply.once("end", () => end(false));
      reply.once("error", () => end(true));
      if (reply.headers["content-type"]?.startsWith("text/event-stream"))
        setTimeout(() => {
          end(true);
          line.destroy();
        }, STREAM_MS);
    });
    if (chunked && body) for (let at = 0; at < body.length; at += 1000) line.write(body.subarray(at, at + 1000));
    line.end(chunked ? undefined : (body ?? undefined));
  });

const quoted = (text: string): string =>
  `$'${text.replace(/[\\']/g, "\\$&").replace(/[^\x20-\x7e]/gu, (one) => [...Buffer.from(one)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""))}'`;

const LONGEST = 3_000;

export function curlOf(base: string, { method, path, headers, body }: Asked): string {
  const parts = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const text = body?.toString() ?? null;
  const data =
    text === null
      ? ""
      : text.length > LONGEST
        ? `# and a body of ${text.length} characters: ${quoted(text.slice(0, 200))}`
        : `--data-binary ${quoted(text)}`;
  return `curl -sg --path-as-is -X ${method} ${quoted(base + path)} ${parts.join(" ")} ${data}`.slice(0, LONGEST * 2);
}
