/** One's own thread. */
import { useEffect } from "react";
import { useParams } from "wouter";
import { isNotFound } from "../data/http.ts";
import { queryClient, useThread } from "../data/queries.ts";
import { NotFound } from "../shell/not-found.tsx";
import { Failure } from "../ui/failure.tsx";
import { Skeleton } from "../ui/parts.tsx";
import { ThreadScreen } from "./screen.tsx";
import { useThreadLive } from "./use-thread.ts";
import { isOver } from "./view.ts";

export default function ThreadPage() {
  const { id = "" } = useParams<{ id: string }>();
  const { data, error, refetch } = useThread(id);
  const { view, events, line, hurry } = useThreadLive(id);
  const over = isOver(view);
  // Lists of threads say how each one stands.
  useEffect(() => {
    if (!over) return;
    for (const part of ["threads", "session"]) void queryClient.invalidateQueries({ queryKey: [part] });
  }, [over]);
  if (isNotFound(error)) return <NotFound />;
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={6} />;
  const head = {
    ...{ threadId: id, sessionId: data.session_id, prompt: data.original_prompt },
    ...{ context: data.context, createdAt: data.created_at },
  };
  return <ThreadScreen key={id} page={{ head, view, events, line, hurry, readOnly: false }} />;
}
