/** Files as the server tells of them, and what can be done with one. */
import type { FileContent, FileHits, FileProcessing, StoredFile } from "@orchestratex/sdk/contract";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, search } from "../data/http.ts";
import type { Filters } from "./filters.ts";

export const pathOf = (id: string, what = ""): string => `/api/files/${encodeURIComponent(id)}${what}`;

const LIMIT = 30;
/** A model that is fetched, and a rework, tell of themselves when they are asked. */
const BUSY_MS = 2_000;
const CALM_MS = 30_000;

/** How files are taken and read here, and what is at work. */
export const useProcessing = () =>
  useQuery({
    queryKey: ["files", "processing"],
    queryFn: () => api<FileProcessing>("/api/files/processing"),
    refetchInterval: ({ state: { data } }) => (data && isBusy(data) ? BUSY_MS : CALM_MS),
  });

const isBusy = ({ embedding, rework, jobs }: FileProcessing): boolean =>
  embedding.state === "downloading" || rework !== null || jobs.queued + jobs.running > 0;

type Page = { items: StoredFile[]; next_cursor: string | null };

/** Newest first. */
export const useFiles = (filters: Filters) =>
  useInfiniteQuery({
    queryKey: ["files", "list", filters],
    queryFn: ({ pageParam, signal }) =>
      api<Page>(`/api/files/${search({ ...filters, limit: LIMIT, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: (before) => before,
  });

export const useFile = (id: string) =>
  useQuery({ queryKey: ["files", "one", id], queryFn: () => api<StoredFile>(pathOf(id, "/status")) });

type Window = {
  /** Anything that changes when the file is read anew. */
  version: string;
  /** The passage, by its position, that it begins at or shortly before; null: at the beginning. */
  near: number | null;
};

/** What was read of it, page after page. */
export const useContent = (id: string, part: "blocks" | "chunks", { version, near }: Window, enabled: boolean) =>
  useInfiniteQuery({
    queryKey: ["files", "content", id, part, version, near],
    queryFn: ({ pageParam, signal }) => {
      const from = pageParam === null ? { near } : { cursor: pageParam };
      return api<FileContent>(pathOf(id, `/content${search({ part, limit: 100, ...from })}`), { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });

export const useHits = (query: string) =>
  useQuery({
    queryKey: ["files", "hits", query],
    queryFn: ({ signal }) => api<FileHits>("/api/files/search", { method: "POST", body: { query, limit: 20 }, signal }),
    enabled: query !== "",
  });

export type Deed = "retry" | "cancel" | "delete";

/** Reads it again, stops reading it, or deletes it with all that was made of it. */
export function useDeed(id: string, onDone?: (deed: Deed) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (deed: Deed) =>
      deed === "delete"
        ? api<undefined>(pathOf(id), { method: "DELETE" })
        : api<StoredFile>(pathOf(id, `/${deed}`), { method: "POST" }),
    onSuccess: (_reply, deed) => {
      onDone?.(deed);
      if (deed === "delete") queries.removeQueries({ queryKey: ["files", "one", id] });
      for (const part of ["list", "one", "processing", "hits"])
        void queries.invalidateQueries({ queryKey: ["files", part] });
    },
  });
}
