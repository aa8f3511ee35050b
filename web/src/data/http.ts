/** Requests to the server that this page came from. Shapes are the contract's; server and page are of one version. */
import { ApiError, type RequestOptions, request, UnreachableError } from "@orchestratex/sdk/browser";

const line = { baseUrl: "", fetch: (url: string, init: RequestInit) => fetch(url, init) };

/** Throws ApiError (its `detail` says what to do) or UnreachableError. */
export async function api<Reply>(path: string, options: RequestOptions = {}): Promise<Reply> {
  const response = await request(line, path, options);
  if (response.status === 204) return undefined as Reply;
  try {
    return (await response.json()) as Reply;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new UnreachableError("", error);
  }
}

/** `?a=1&b=2` of what is set. */
export function search(query: Readonly<Record<string, string | number | boolean | null | undefined>>): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return set.length === 0
    ? ""
    : `?${new URLSearchParams(set.map(([name, value]): [string, string] => [name, String(value)]))}`;
}

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

/** For people: the server's own words where it had any; null where nobody answered. */
export const detailOf = (error: unknown): string | null => {
  if (error instanceof ApiError) return error.detail;
  return error instanceof UnreachableError ? null : String(error instanceof Error ? error.message : error);
};
