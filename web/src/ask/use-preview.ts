/** What a question would cost and who would answer, asked again whenever it has changed and typing pauses. */
import type { AskPrompt, Preview } from "@orchestratex/sdk/contract";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../data/http.ts";

const PAUSE_MS = 300;

export type Estimate = {
  preview: Preview | null;
  /** What is shown was said of an earlier text or choice. */
  old: boolean;
  error: unknown;
};

/** null: there is nothing to ask. One request at a time: a new one ends the one before. */
export function usePreview(body: AskPrompt | null): Estimate {
  const settled = useSettled(body);
  const { data, error, isFetching, isPlaceholderData } = useQuery({
    // Not the body itself: it would be written out with every letter typed.
    queryKey: ["preview", settled.version],
    queryFn: ({ signal }) => api<Preview>("/api/orchestrate/preview", { method: "POST", body: settled.body, signal }),
    enabled: settled.body !== null,
    placeholderData: keepPreviousData,
    ...{ retry: false, gcTime: 0, refetchOnWindowFocus: false },
  });
  if (body === null || settled.body === null) return { preview: null, old: body !== null, error: null };
  return { preview: data ?? null, old: isFetching || isPlaceholderData || settled.body !== body, error };
}

function useSettled(body: AskPrompt | null) {
  const [settled, setSettled] = useState<{ body: AskPrompt | null; version: number }>({ body: null, version: 0 });
  useEffect(() => {
    const take = () => setSettled((before) => (before.body === body ? before : { body, version: before.version + 1 }));
    const timer = setTimeout(take, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [body]);
  return settled;
}
