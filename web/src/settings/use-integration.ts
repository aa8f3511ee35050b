/** What can be done with a service outside; whatever rests on it is read anew when it is done. */
import type { Integration, IntegrationTest, PutIntegration, RecognizedKey } from "@orchestratex/sdk/contract";
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../data/http.ts";

const pathOf = (name: string, part = ""): string => `/api/integrations/${encodeURIComponent(name)}${part}`;

const readAnew = (queries: QueryClient) =>
  Promise.all([["integrations"], ["models"], ["health"]].map((queryKey) => queries.invalidateQueries({ queryKey })));

export function useSetIntegration(name: string) {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: PutIntegration) => api<Integration>(pathOf(name), { method: "PUT", body }),
    onSettled: () => readAnew(queries),
  });
}

export function useForgetIntegration(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api(pathOf(name), { method: "DELETE" }),
    onSettled: () => readAnew(queries),
  });
}

export function useTestIntegration(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api<IntegrationTest>(pathOf(name, "/test"), { method: "POST" }),
    onSettled: () => void readAnew(queries),
  });
}

type Kept = { name: string; key: string; evenIfRefused?: boolean };

/** Tried first, then kept: a key that does not work is not stored, unless that is wished. */
export function useTryAndKeep() {
  const queries = useQueryClient();
  return useMutation({
    // The key is among the variables: they are not kept longer than they are shown.
    gcTime: 0,
    mutationFn: async ({ name, key, evenIfRefused = false }: Kept) => {
      const test = await api<IntegrationTest>(pathOf(name, "/test"), { method: "POST", body: { key } });
      if (test.ok || evenIfRefused) await api<Integration>(pathOf(name), { method: "PUT", body: { key } });
      return test;
    },
    onSettled: () => void readAnew(queries),
  });
}

export const recognize = (key: string, signal: AbortSignal) =>
  api<RecognizedKey>("/api/integrations/keys/recognize", { method: "POST", body: { key }, signal });
