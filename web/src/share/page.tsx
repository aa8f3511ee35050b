/** A thread shown by a link to whoever has it: to read, and nothing else. */
import "./share.css";
import type { SharedThread } from "@orchestratex/sdk/contract";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback } from "react";
import { useParams } from "wouter";
import { api, isNotFound } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { ThreadScreen } from "../thread/screen.tsx";
import { useFollowed } from "../thread/use-thread.ts";
import { Failure } from "../ui/failure.tsx";
import { Skeleton } from "../ui/parts.tsx";
import { openShared } from "./follow.ts";

export default function SharedPage() {
  const { id = "" } = useParams<{ id: string }>();
  const { data, error, refetch } = useQuery({
    queryKey: ["shared", id],
    queryFn: () => api<SharedThread>(`/api/shared/${encodeURIComponent(id)}`),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (isNotFound(error)) return <Gone />;
  if (data) return <Shown key={id} shared={data} />;
  return <Frame>{error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton lines={6} />}</Frame>;
}

function Shown({ shared }: { shared: SharedThread }) {
  const { share_id: id, original_prompt: prompt, created_at: createdAt } = shared;
  const { view, events, line, hurry } = useFollowed(useCallback(() => openShared(id), [id]));
  if (line.state === "refused" && line.notFound) return <Gone />;
  const head = { threadId: null, sessionId: null, context: null, prompt, createdAt };
  const page = { head, view, events, line, hurry, readOnly: true };
  return (
    <Frame>
      <ThreadScreen page={page} />
    </Frame>
  );
}

function Gone() {
  const { t } = useWords();
  return (
    <Frame>
      <title>{`${t("versions.share.gone")} · OrchestrateX`}</title>
      <div className="empty">
        <h1>{t("versions.share.gone")}</h1>
        <p>{t("versions.share.goneHint")}</p>
      </div>
    </Frame>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const { t } = useWords();
  return (
    <div className="share">
      <a className="skip" href="#main">
        {t("shell.skip")}
      </a>
      <header className="share-head">
        <img src="/favicon.svg" alt="" width="22" height="22" />
        <strong>OrchestrateX</strong>
        <span className="share-note">{t("versions.share.head")}</span>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
