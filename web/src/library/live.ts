/** Events of all files, as long as a page shows files: they go into what is known, and what they do not tell is asked for. */
import type { StoredFile, ThreadEvent } from "@orchestratex/sdk/contract";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { fileOfEvent, foldFile, foldPages, isNews } from "./fold.ts";

/** After an event that needs a look, at most one look in this time. */
const LOOK_MS = 1_000;
const AGAIN_MS = 3_000;

let followers = 0;
let isLost = false;
let close = () => {};
const listeners = new Set<() => void>();

function say(lost: boolean): void {
  if (lost === isLost) return;
  isLost = lost;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** While the component is shown. Answers whether the line is lost. */
export function useFileEvents(): boolean {
  const queries = useQueryClient();
  useEffect(() => {
    followers += 1;
    if (followers === 1) close = follow(queries);
    return () => {
      followers -= 1;
      if (followers === 0) close();
    };
  }, [queries]);
  return useSyncExternalStore(subscribe, () => isLost);
}

/** A hidden page gives its line back: a browser has six for all its pages of one server. */
function follow(queries: QueryClient): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = lookingAgain(queries);
  const shut = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  const open = () => {
    shut();
    if (document.hidden) return;
    const line = new EventSource("/api/files/events");
    source = line;
    line.onopen = () => {
      say(false);
      // Whatever happened in between.
      look.now();
    };
    line.onerror = () => {
      say(true);
      // One that was refused is not tried again by the browser.
      if (line.readyState === EventSource.CLOSED) timer = setTimeout(open, AGAIN_MS);
    };
    for (const type of ["upload_progress", "processing_progress", "processing_finished", "file_deleted"])
      line.addEventListener(type, ({ data }: MessageEvent<string>) => take(queries, JSON.parse(data), look.soon));
  };
  const leaving = new AbortController();
  document.addEventListener("visibilitychange", open, { signal: leaving.signal });
  open();
  return () => {
    leaving.abort();
    shut();
    look.stop();
    say(false);
  };
}

function take(queries: QueryClient, event: ThreadEvent, look: () => void): void {
  const id = fileOfEvent(event);
  if (id === null) return;
  let known: StoredFile | undefined;
  queries.setQueryData<StoredFile>(["files", "one", id], (file) => {
    known = file;
    return file && foldFile(file, event);
  });
  for (const [key, pages] of queries.getQueriesData<Parameters<typeof foldPages>[0]>({ queryKey: ["files", "list"] })) {
    if (!pages) continue;
    known ??= pages.pages.flatMap(({ items }) => items).find((file) => file.id === id);
    const folded = foldPages(pages, event);
    if (folded !== pages) queries.setQueryData(key, folded);
  }
  if (isNews(event, known)) look();
}

function lookingAgain(queries: QueryClient) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => {
    timer = undefined;
    for (const part of ["list", "one", "processing"]) void queries.invalidateQueries({ queryKey: ["files", part] });
  };
  return {
    now,
    soon: () => {
      timer ??= setTimeout(now, LOOK_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
