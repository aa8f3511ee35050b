/** One request to the server, with its failures told apart. Runs in browsers too. */
import type { z } from "zod";
import { failureOf, UnexpectedReplyError, UnreachableError } from "./failures.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type Line = { baseUrl: string; fetch: Fetch };

export type RequestOptions = {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  body?: unknown;
  /** In the place of a body in JSON. */
  bytes?: Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
};

/** A reply with a good status. Throws ApiError, UnreachableError, or the signal's reason. */
export async function request(line: Line, path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = "GET", body, bytes, headers = {}, signal } = options;
  const url = line.baseUrl + path;
  const type: Record<string, string> = bytes
    ? { "content-type": "application/octet-stream" }
    : body === undefined
      ? {}
      : { "content-type": "application/json" };
  let response: Response;
  try {
    response = await line.fetch(url, {
      method,
      headers: { accept: "application/json", ...type, ...headers },
      ...(bytes ? { body: bytes } : body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw new UnreachableError(line.baseUrl, error);
  }
  if (!response.ok) throw await failureOf(response, url);
  return response;
}

/** The same, read as JSON and held against the contract. */
export async function requestJson<Schema extends z.ZodType>(
  line: Line,
  path: string,
  schema: Schema,
  options: RequestOptions = {},
): Promise<z.infer<Schema>> {
  const url = line.baseUrl + path;
  const response = await request(line, path, options);
  const text = await response.text().catch((error: unknown) => {
    options.signal?.throwIfAborted();
    throw new UnreachableError(line.baseUrl, error);
  });
  const parsed = schema.safeParse(parseJson(text, url));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UnexpectedReplyError(url, `${issue?.path.join(".") || "the body"}: ${issue?.message}`, parsed.error);
}

function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnexpectedReplyError(url, "it is not JSON", error);
  }
}

/** As the query of a path; what is undefined is left out. */
export function search(query: object = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat()) if (one !== undefined) parameters.append(name, String(one));
  return parameters.size === 0 ? "" : `?${parameters}`;
}
