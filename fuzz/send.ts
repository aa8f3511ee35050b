/** Sending a case over HTTP, as it is: Node's own client lets odd hosts and methods through. */
import { Agent, request } from "node:http";
import type { Case } from "./cases.ts";

export type Reply = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  cut: boolean;
};

/** A stream, or an answer that is asked to wait, is left after this long. */
const PATIENCE_MS = 400;
const TOO_LONG_MS = 20_000;

export const openSender = (port: number) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return {
    /** Null when the client itself would not send it. Rejects when the line broke without an answer. */
    send: (one: Case): Promise<Reply | null> => send(agent, port, one),
    close: () => agent.destroy(),
  };
};

function send(agent: Agent, port: number, { method, path, headers, body }: Case): Promise<Reply | null> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply | null>();
  let outgoing: ReturnType<typeof request>;
  try {
    outgoing = request({ agent, host: "127.0.0.1", port, method, path, headers: { host: "localhost", ...headers } });
  } catch {
    // Characters that no client sends.
    return Promise.resolve(null);
  }
  const late = setTimeout(() => outgoing.destroy(new Error(`no answer in ${TOO_LONG_MS} ms`)), TOO_LONG_MS);
  outgoing.once("close", () => clearTimeout(late));
  outgoing.on("error", reject);
  outgoing.on("upgrade", ({ statusCode = 0 }, socket) => {
    socket.destroy();
    resolve({ status: statusCode, headers: {}, text: "", cut: true });
  });
  outgoing.on("response", (incoming) => {
    const pieces: Buffer[] = [];
    const reply = (cut: boolean): Reply => {
      const text = Buffer.concat(pieces).toString("utf8");
      return { status: incoming.statusCode ?? 0, headers: incoming.headers, text, cut };
    };
    const isStream = incoming.headers["content-type"]?.startsWith("text/event-stream");
    const leave = isStream
      ? setTimeout(() => {
          resolve(reply(true));
          outgoing.destroy();
        }, PATIENCE_MS)
      : undefined;
    incoming.on("data", (piece: Buffer) => pieces.push(piece));
    incoming.on("error", reject);
    incoming.on("end", () => {
      clearTimeout(leave);
      resolve(reply(false));
    });
  });
  if (body) outgoing.end(body);
  else outgoing.end();
  return promise;
}

/** The same as a command for people; long bodies are cut. */
export function asCurl(port: number, { method, path, headers, body }: Case): string {
  const named = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value.slice(0, 300)}`)}`);
  const data = body ? [`--data-binary ${quoted(body.toString("utf8").slice(0, 1_500))}`] : [];
  return ["curl -si --path-as-is", `-X ${method}`, ...named, ...data, quoted(`http://localhost:${port}${path}`)].join(
    " ",
  );
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
