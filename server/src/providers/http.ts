/**
 * The `fetch` that the wires use, over undici's dispatcher.
 *
 * It knows whether a request was ever sent (which decides whether it may have cost something), refuses redirects and replies
 * beyond a bound, and frees the socket at once when a call is aborted.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";

export type HttpSettings = {
  /** Until the headers of an answer: a model that is not streamed thinks and writes before them. */
  headersTimeoutMs: number;
  /** Between two pieces of an answer: models that reason say nothing for minutes meanwhile. */
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
  idleTimeoutMs: 180_000,
  connectTimeoutMs: 10_000,
  connections: 256,
  maxReplyBytes: 32 * 1024 * 1024,
  proxy: null,
};

/** Undici is imported with the first request: 40 ms of a start. */
export function openHttp(wanted: Partial<HttpSettings> = {}): Http {
  const settings = { ...usual, ...wanted };
  let opened: Promise<Dispatcher> | null = null;
  return {
    async fetch(input, { method = "GET", headers, body, signal = null } = {}) {
      signal?.throwIfAborted();
      opened ??= openDispatcher(settings);
      const dispatcher = await opened;
      signal?.throwIfAborted();
      const { origin, pathname, search } = new URL(`${input}`);
      return new Promise<Response>((resolve, reject) => {
        const request = {
          ...{ origin, path: `${pathname}${search}`, method },
          headers: { ...plain(headers), "accept-encoding": "identity" },
          body: typeof body === "string" ? body : null,
          headersTimeout: settings.headersTimeoutMs,
          bodyTimeout: settings.idleTimeoutMs,
        };
        dispatcher.dispatch(request, openExchange(settings, signal, resolve, reject));
      });
    },
    close: async () => (await opened)?.destroy(),
  };
}

/** The packages give plain objects: a `Headers` for each would cost more than the rest of a request of ours. */
export const plain = (headers: RequestInit["headers"]): Record<string, string> =>
  headers instanceof Headers || Array.isArray(headers)
    ? Object.fromEntries(headers)
    : { ...(headers as Record<string, string> | undefined) };

async function openDispatcher({ connections, connectTimeoutMs, proxy }: HttpSettings): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import("undici");
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

  const end = (fault?: unknown) => {
    if (over) return;
    over = true;
    signal?.removeEventListener("abort", abort);
    if (fault === undefined) body?.close();
    else if (body) body.error(fault);
    else reject(fault);
  };
  /** A request that has not begun has no sender: it is dropped when its turn comes. */
  const giveUp = (fault: unknown) => {
    end(fault);
    sender?.abort(fault instanceof Error ? fault : new Error("aborted"));
  };
  const abort = () => giveUp(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });

  return {
    onRequestStart(controller) {
      sender = controller;
      if (over) abort();
    },
    onResponseStart(controller, status, headers) {
      if (status < 200) return;
      const fault = refusalOf(status, headers);
      if (fault !== null) return giveUp(new ConnectionError(fault, true));
      const opened = openBody(controller, () => giveUp(new ConnectionError("CANCELLED", true)));
      body = opened.writer;
      resolve(responseOf(status, headers, opened.stream));
    },
    onResponseData(controller, chunk) {
      if (over || !body) return;
      received += chunk.byteLength;
      if (received > maxReplyBytes) return giveUp(new ConnectionError("TOO_LARGE", true));
      body.enqueue(chunk);
      if ((body.desiredSize ?? 0) <= 0) controller.pause();
    },
    onResponseEnd: () => end(),
    onResponseError: (_, error) => end(new ConnectionError(codeOf(error), sender !== null, error)),
  };
}

function refusalOf(status: number, headers: IncomingHttpHeaders): string | null {
  if (status >= 300 && status < 400) return "REDIRECTED";
  return `${headers["content-encoding"] ?? "identity"}` === "identity" ? null : "ENCODED";
}

function openBody(controller: Dispatcher.DispatchController, cancel: () => void) {
  let writer: Body | null = null;
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (opened) => {
        writer = opened;
      },
      pull: () => controller.resume(),
      cancel,
    },
    { highWaterMark: 64 * 1024, size: ({ byteLength }) => byteLength },
  );
  return { stream, writer: writer as Body | null };
}

const codeOf = (error: Error & { code?: unknown }): string =>
  typeof error.code === "string" ? error.code : error.name;

function responseOf(status: number, headers: IncomingHttpHeaders, body: ReadableStream<Uint8Array>): Response {
  const plain = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, `${value}`]],
  );
  return new Response([204, 205].includes(status) ? null : body, { status, headers: plain });
}
