/** Ending a session, or erasing it and all under it. */
import type { Session } from "@orchestratex/sdk/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { api } from "../data/http.ts";
import { codeOf } from "../data/problems.ts";
import { useWords } from "../i18n/words.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/failure.tsx";
import { Spinner } from "../ui/parts.tsx";
import { say } from "../ui/toasts.tsx";

export function SessionEnd({ session }: { session: Session }) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => api<Session>(`/api/sessions/${session.id}`, { method: "DELETE" }),
    onSuccess: (now) => {
      queries.setQueryData(["session", session.id], now);
      void queries.invalidateQueries({ queryKey: ["threads"] });
      say(t("history.endedSay"));
    },
  });
  return (
    <section className="session-end">
      {session.status === "active" && (
        <>
          <button type="button" className="button small" disabled={end.isPending} onClick={() => end.mutate()}>
            {t("history.end")}
          </button>
          <p className="hint">{t("history.endHint")}</p>
          {end.error && <Failure error={end.error} />}
        </>
      )}
      <button type="button" className="button small danger" onClick={() => setAsking(true)}>
        <Trash2 aria-hidden="true" />
        {t("history.erase")}
      </button>
      {asking && <Erase session={session} onClose={() => setAsking(false)} />}
    </section>
  );
}

function Erase({ session, onClose }: { session: Session; onClose: () => void }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const erase = useMutation({
    mutationFn: () => endAndErase(session.id),
    onSuccess: () => {
      say(t("history.erased"));
      go("/history");
      queries.removeQueries({ queryKey: ["session", session.id] });
      queries.removeQueries({ queryKey: ["threads", session.id] });
      void queries.invalidateQueries({ queryKey: ["threads"] });
    },
  });
  return (
    <Dialog title={t("history.eraseTitle")} onClose={onClose}>
      <p>{t("history.eraseHint")}</p>
      {erase.error && <Failure error={erase.error} />}
      <div className="actions end">
        <button type="button" className="button" onClick={onClose}>
          {t("common.cancel")}
        </button>
        <button type="button" className="button danger" disabled={erase.isPending} onClick={() => erase.mutate()}>
          {erase.isPending ? <Spinner /> : <Trash2 aria-hidden="true" />}
          {t(erase.isPending ? "history.erasing" : "history.eraseNow")}
        </button>
      </div>
    </Dialog>
  );
}

/** What runs takes a moment to stop. */
const ATTEMPTS = 20;
const WAIT_MS = 500;

async function endAndErase(id: string): Promise<void> {
  await api(`/api/sessions/${id}`, { method: "DELETE" });
  for (let attempt = 1; ; attempt++) {
    try {
      return await api(`/api/sessions/${id}?purge=true`, { method: "DELETE" });
    } catch (error) {
      if (codeOf(error) !== "thread.running" || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }
}
