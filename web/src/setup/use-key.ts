/** A pasted key on its way: the server says whose it looks like, its provider whether it is good, the user whether to keep it. */
import type { Integration, IntegrationTest, RecognizedKey } from "@orchestratex/sdk/contract";
import { useCallback, useEffect, useReducer, useRef } from "react";
import { api } from "../data/http.ts";
import { queryClient } from "../data/queries.ts";
import { idle, type KeyNews, nextOf } from "./key-flow.ts";

/** The key itself is nobody's state but the field's. */
export function useKey() {
  const [flow, tell] = useReducer(nextOf, idle);
  const line = useRef<AbortController | null>(null);
  useEffect(() => () => line.current?.abort(), []);
  /** One thing at a time: a new one ends the one before. */
  const run = useCallback((work: (post: Post, news: (news: KeyNews) => void) => Promise<void>) => {
    line.current?.abort();
    const own = new AbortController();
    line.current = own;
    const news = (one: KeyNews) => own.signal.aborted || tell(one);
    const post: Post = (path, body, method = "POST") =>
      api(`/api/integrations/${path}`, { method, body, signal: own.signal });
    void work(post, news).catch((error: unknown) => news({ type: "broken", error }));
  }, []);
  const check = (key: string) =>
    run(async (post, news) => {
      news({ type: "started" });
      const { name, candidates } = await post<RecognizedKey>("keys/recognize", { key });
      news({ type: "recognized", name, candidates });
      if (name !== null) news({ type: "tested", test: await post<IntegrationTest>(`${name}/test`, { key }) });
    });
  const tryWith = (name: string, key: string) =>
    run(async (post, news) => {
      news({ type: "named", name });
      news({ type: "tested", test: await post<IntegrationTest>(`${name}/test`, { key }) });
    });
  const keep = (name: string, key: string) =>
    run(async (post, news) => {
      news({ type: "keep" });
      await post<Integration>(name, { key }, "PUT");
      news({ type: "stored" });
      for (const part of ["integrations", "models", "health"]) void queryClient.invalidateQueries({ queryKey: [part] });
    });
  const forget = () => {
    line.current?.abort();
    tell({ type: "typed" });
  };
  return { flow, check, tryWith, keep, forget };
}

type Post = <Reply>(path: string, body: unknown, method?: "POST" | "PUT") => Promise<Reply>;
