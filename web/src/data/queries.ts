/** What is read from the server, by name; each is asked once, shared by all who show it, and asked anew when it may have changed. */
import type {
  Integration,
  ModelsHealth,
  Session,
  ShownProfile,
  Thread,
  ThreadItem,
  VersionedSettings,
} from "@orchestratex/sdk/contract";
import { QueryClient, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, isNotFound, search } from "./http.ts";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 2 && !isNotFound(error),
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

type Page<Item> = { items: Item[]; next_cursor: string | null };

export type Health = {
  status: "ok" | "degraded";
  version: string;
  /** Milliseconds. */
  uptime: number;
  parts: {
    /** `response_time`: milliseconds. */
    database: { status: "ok"; response_time: number };
    jobs: { queued: number; running: number };
    models: { status: string; available: number; simulated: boolean };
    live: { connections: number; subscriptions: number; messages: number; dropped: number };
  };
};

const path = (strings: TemplateStringsArray, ...ids: string[]) =>
  String.raw({ raw: strings }, ...ids.map((id) => encodeURIComponent(id)));

/** The server's health, looked at twice a minute. */
export const useHealth = () =>
  useQuery({ queryKey: ["health"], queryFn: () => api<Health>("/api/health"), refetchInterval: 30_000, retry: false });

/** Every profile. */
export const useModels = () =>
  useQuery({
    queryKey: ["models"],
    queryFn: async () => {
      const all: ShownProfile[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<ShownProfile> = await api(`/api/models/${search({ limit: 100, cursor })}`);
        all.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor !== null);
      return all;
    },
  });

export const useModelsHealth = () =>
  useQuery({
    queryKey: ["models", "health"],
    queryFn: () => api<ModelsHealth>("/api/orchestrate/models/health"),
    refetchInterval: 30_000,
  });

export const useIntegrations = () =>
  useQuery({
    queryKey: ["integrations"],
    queryFn: async () => (await api<{ items: Integration[] }>("/api/integrations")).items,
  });

export type ThreadFilters = {
  q?: string | undefined;
  status?: string | undefined;
  domain?: string | undefined;
  mode?: string | undefined;
  simulated?: string | undefined;
  session?: string | undefined;
};

/** How often a list is asked anew while something in it runs, for each page that is shown. */
const RUNNING_MS = 2_000;

/** Asked, and not at its end. */
export const isRunning = ({ thread_status }: Pick<ThreadItem, "thread_status">): boolean =>
  !["completed", "failed", "initializing"].includes(thread_status);

/** Threads, newest first, page after page; of one session, or of all. `live`: asked again and again while any of them runs. */
export const useThreads = (
  { session, ...filters }: ThreadFilters = {},
  limit = 30,
  { live = false }: { live?: boolean } = {},
) =>
  useInfiniteQuery({
    queryKey: ["threads", session ?? null, filters, limit],
    queryFn: ({ pageParam, signal }) => {
      const query = search({ ...filters, limit, cursor: pageParam });
      const place = session === undefined ? "/api/threads/" : path`/api/threads/session/${session}`;
      return api<Page<ThreadItem>>(place + query, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: ({ state: { data } }) =>
      live && data?.pages.some(({ items }) => items.some(isRunning)) ? RUNNING_MS * data.pages.length : false,
  });

/** A thread with its prompt and everything behind it. */
export const useThread = (id: string, enabled = true) =>
  useQuery({ queryKey: ["thread", id], queryFn: () => api<Thread>(path`/api/threads/${id}`), enabled });

export const useSession = (id: string | undefined, refetchInterval: number | false = false) =>
  useQuery({
    refetchInterval,
    queryKey: ["session", id],
    queryFn: () => api<Session>(path`/api/sessions/${id ?? ""}`),
    enabled: id !== undefined,
  });

export const useSettings = () =>
  useQuery({ queryKey: ["settings"], queryFn: () => api<VersionedSettings>("/api/orchestrate/settings") });
