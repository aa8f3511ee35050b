/** What can be done with a model; the lists are read anew when it is done. */
import type { CreateModel, ModelTest, Profile, UpdateModel } from "@orchestratex/sdk/contract";
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../data/http.ts";

const pathOf = (name: string, part = ""): string => `/api/models/${encodeURIComponent(name)}${part}`;

const readAnew = (queries: QueryClient) =>
  Promise.all([["models"], ["integrations"], ["health"]].map((queryKey) => queries.invalidateQueries({ queryKey })));

export function useTest(name: string, onResult?: (result: ModelTest) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api<ModelTest>(pathOf(name, "/test"), { method: "POST" }),
    onSuccess: (result) => {
      onResult?.(result);
      void readAnew(queries);
    },
  });
}

export function useSwitch(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (is_active: boolean) => api<Profile>(pathOf(name, "/status"), { method: "PUT", body: { is_active } }),
    onSettled: () => readAnew(queries),
  });
}

export function useChange(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: UpdateModel) => api<Profile>(pathOf(name), { method: "PUT", body }),
    onSuccess: () => readAnew(queries),
  });
}

export function useCreate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateModel) => api<Profile>("/api/models/", { method: "POST", body }),
    onSuccess: () => readAnew(queries),
  });
}

export function useRemove(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api(pathOf(name), { method: "DELETE" }),
    onSuccess: () => void readAnew(queries),
  });
}
