/**
 * The `fetch` that the wires use, over undici's dispatcher.
 *
 * It knows whether a request was ever sent (which decides whether it may have cost something), refuses redirects and replies
 * beyond a bound, and frees the socket at once when a call is aborted.
 */
import type { IncomingHttpHeaders } from "node:http";
import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";

export type HttpSettings = {
  /** Until the headers of an answer: a model that is not streamed thinks and writes before them. */
  headersTimeoutMs: number;
  /** Between two pieces of an answer. */
  idleTimeoutMs: number;
  connectTimeoutMs: number;
  /** Per origin; more calls wait for one to be free. */
  connections: number;
  maxReplyBytes: number;
  /** As in HTTP_PROXY, HTTPS_PROXY and NO_PROXY; null: none. Addresses of this machine never go through one. */
  proxy: { http: string | null; https: string | null; except: string | null } | null;
};

export type Http = {
  fetch: typeof globalThis.fetch;
  /** Cuts what runs. */
  close(): Promise<void>;
};

/** No answer, or one that broke off. `reason` is undici's or the system's code, such as ECONNREFUSED or UND_ERR_BODY_TIMEOUT. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly reason: string;
  /** False: not a byte of the request left this process. */
  readonly sent: boolean;

  constructor(reason: string, sent: boolean, cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
    this.sent = sent;
  }
}

const usual: HttpSettings = {
  headersTimeoutMs: 600_000,
  idleTimeoutMs: 120_000,
  connectTimeoutMs: 10_000,
  connections: 256,
  maxReplyBytes: 32 * 1024 * 1024,
  proxy: null,
};

export function openHttp(wanted: Partial<HttpSettings> = {}): Http {
  const settings = { ...usual, ...wanted };
  const dispatcher = dispatcherFor(settings);
  return {
    fetch: async (input, init = {}) => {
      const url = new URL(`${input}`);
      const { signal } = init;
      signal?.throwIfAborted();
      return new Promise<Response>((resolve, reject) => {
        const exchange = openExchange(settings, signal ?? null, resolve, reject);
        const { method = "GET", body = null } = init;
        dispatcher.dispatch(
          {
            origin: url.origin,
            path: `${url.pathname}${url.search}`,
            method,
            headers: { ...plain(init.headers), "accept-encoding": "identity" },
            body: typeof body === "string" ? body : null,
            headersTimeout: settings.headersTimeoutMs,
            bodyTimeout: settings.idleTimeoutMs,
          },
          exchange,
        );
      });
    },
    close: () => dispatcher.destroy(),
  };
}

/** The packages give plain objects: a `Headers` for each would cost more than the rest of a request of ours. */
export const plain = (headers: RequestInit["headers"]): Record<string, string> =>
  headers instanceof Headers || Array.isArray(headers)
    ? Object.fromEntries(headers)
    : { ...(headers as Record<string, string> | undefined) };

function dispatcherFor({ connections, connectTimeoutMs, proxy }: HttpSettings): Dispatcher {
  const options = { connections, allowH2: false, connect: { timeout: connectTimeoutMs } };
  if (!proxy) return new Agent(options);
  const here = "localhost,127.0.0.1,::1";
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy: proxy.http ?? "",
    httpsProxy: proxy.https ?? "",
    noProxy: proxy.except ? `${proxy.except},${here}` : here,
  });
}

type Body = ReadableStreamDefaultController<Uint8Array>;

/** One request and its answer, as undici tells of it. The body is read from the socket as fast as it is wanted, not faster. */
function openExchange(
  { maxReplyBytes }: HttpSettings,
  signal: AbortSignal | null,
  resolve: (response: Response) => void,
  reject: (fault: unknown) => void,
): Dispatcher.DispatchHandler {
  let sender: Dispatcher.DispatchController | null = null;
  let body: Body | null = null;
  let received = 0;
  let over = false;

  /** Undici reports the cause of an abort back to `onResponseError`, or never, if the request was not started. */
  const abort = () => {
    end(signal?.reason);
    sender?.abort(signal?.reason);
  };
  const end = (fault: unknown) => {
    if (over) return;
    over = true;
    signal?.removeEventListener("abort", abort);
    if (fault === undefined) body?.close();
    else if (body) body.error(fault);
    else reject(fault);
  };
  const giveUp = (reason: string) => {
    const fault = new ConnectionError(reason, true);
    end(fault);
    sender?.abort(fault);
  };
  signal?.addEventListener("abort", abort, { once: true });

  return {
    onRequestStart(controller) {
      sender = controller;
      if (over) controller.abort(signal?.reason);
    },
    onResponseStart(controller, status, headers) {
      if (status < 200) return;
      if (status >= 300 && status < 400) return giveUp("REDIRECTED");
      if (`${headers["content-encoding"] ?? "identity"}` !== "identity") return giveUp("ENCODED");
      const stream = new ReadableStream<Uint8Array>(
        {
          start: (opened) => {
            body = opened;
          },
          pull: () => controller.resume(),
          cancel: () => {
            over = true;
            signal?.removeEventListener("abort", abort);
            controller.abort(new ConnectionError("CANCELLED", true));
          },
        },
        { highWaterMark: 64 * 1024, size: ({ byteLength }) => byteLength },
      );
      resolve(responseOf(status, headers, stream));
    },
    onResponseData(controller, chunk) {
      if (over || !body) return;
      received += chunk.byteLength;
      if (received > maxReplyBytes) return giveUp("TOO_LARGE");
      body.enqueue(chunk);
      if ((body.desiredSize ?? 0) <= 0) controller.pause();
    },
    onResponseEnd: () => end(undefined),
    onResponseError: (_, error) => end(new ConnectionError(codeOf(error), sender !== null, error)),
  };
}

const codeOf = (error: Error & { code?: unknown }): string =>
  typeof error.code === "string" ? error.code : error.name;

function responseOf(status: number, headers: IncomingHttpHeaders, body: ReadableStream<Uint8Array>): Response {
  const plain = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, `${value}`]],
  );
  return new Response([204, 205].includes(status) ? null : body, { status, headers: plain });
}
