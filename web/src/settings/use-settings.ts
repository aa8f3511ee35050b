/** A change of the algorithm's settings: what comes back holds from now on. */
import type { AlgorithmVersion, ChangeAlgorithmSettings, VersionedSettings } from "@orchestratex/sdk/contract";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, search } from "../data/http.ts";

export function useChangeSettings() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ChangeAlgorithmSettings) =>
      api<VersionedSettings>("/api/orchestrate/settings", { method: "PUT", body }),
    onSuccess: (now) => {
      queries.setQueryData(["settings"], now);
      void queries.invalidateQueries({ queryKey: ["settings", "versions"] });
    },
  });
}

export const newestSettings = () => api<VersionedSettings>("/api/orchestrate/settings");

export const useVersions = () =>
  useInfiniteQuery({
    queryKey: ["settings", "versions"],
    queryFn: ({ pageParam }) =>
      api<{ items: AlgorithmVersion[]; next_cursor: string | null }>(
        `/api/orchestrate/settings/versions${search({ limit: 20, cursor: pageParam })}`,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
