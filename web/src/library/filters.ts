/** What the list of files is narrowed to, as it stands in the address. Pure. */
import { fileStatuses } from "@orchestratex/sdk/lists";
import { allTypes } from "./types.ts";

export type Filters = { q: string; status: string | undefined; type: string | undefined };

/** The server takes no more. */
export const NAME_MAX = 200;
export const QUERY_MAX = 10_000;

export function readFilters(params: URLSearchParams): Filters {
  return {
    q: (params.get("q") ?? "").trim().slice(0, NAME_MAX),
    status: fileStatuses.find((status) => status === params.get("status")),
    type: allTypes.find((type) => type === params.get("type")),
  };
}

/** What is searched for inside files. */
export const readQuery = (params: URLSearchParams): string => (params.get("find") ?? "").trim().slice(0, QUERY_MAX);

/** With the change; what is empty is left out. */
export function withParams(params: URLSearchParams, change: Readonly<Record<string, string | undefined>>) {
  const next = new URLSearchParams(params);
  for (const [name, value] of Object.entries(change)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}

export const isFiltered = (filters: Filters): boolean => Object.values(filters).some(Boolean);
