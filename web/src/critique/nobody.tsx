/** An answer without judgements: why, and how to get some. */
import { useState } from "react";
import { Link } from "wouter";
import { api, search } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { isOver } from "../thread/view.ts";
import { Failure } from "../ui/failure.tsx";
import { Empty } from "../ui/parts.tsx";

/** A longer prompt is not put in an address. */
const LONGEST_PROMPT = 2_000;

/** `critics`: how many were asked, and failed. */
export function Nobody({ critics }: { critics: number }) {
  const { t } = useWords();
  const { view, head, readOnly } = useThreadPage();
  if (critics > 0) {
    return (
      <Empty title={t("critique.allFailed")}>
        <p className="critique-hint">{t("critique.allFailedHint")}</p>
        {!readOnly && head.threadId !== null && isOver(view) && <Retry threadId={head.threadId} />}
      </Empty>
    );
  }
  const prompt = head.prompt.length <= LONGEST_PROMPT ? head.prompt : null;
  const mode = view.start?.mode;
  return (
    <Empty title={t("critique.nobody")}>
      <p className="critique-hint">
        {mode === "quick" || mode === "direct" ? t("critique.nobodyQuick") : t("critique.nobodyElse")}
      </p>
      {!readOnly && (
        <div className="actions">
          <Link className="button primary" href={`/${search({ mode: "checked", prompt })}`}>
            {t("critique.askChecked")}
          </Link>
          {mode !== "quick" && mode !== "direct" && (
            <Link className="button" href="/models">
              {t("critique.seeModels")}
            </Link>
          )}
        </div>
      )}
    </Empty>
  );
}

/** Another iteration asks the critics again. */
function Retry({ threadId }: { threadId: string }) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const ask = async () => {
    setAsking(true);
    setError(null);
    try {
      const headers = { "idempotency-key": crypto.randomUUID() };
      await api("/api/orchestrate/iteration", { method: "POST", body: { thread_id: threadId }, headers });
    } catch (problem) {
      setError(problem);
      setAsking(false);
    }
  };
  return (
    <>
      <button type="button" className="button primary" disabled={asking} onClick={() => void ask()}>
        {t("critique.haveJudged")}
      </button>
      {error !== null && <Failure error={error} />}
    </>
  );
}
