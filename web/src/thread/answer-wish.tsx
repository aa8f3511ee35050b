/** Says where the user's own words are when they are not in the answer. */
import { useState } from "react";
import { useWords, type Words } from "../i18n/words.tsx";
import { Notice } from "../ui/parts.tsx";
import { Restore } from "../versions/restore.tsx";
import { useThreadPage } from "./context.ts";
import { usePlace } from "./place.ts";
import { type LostWish, lostWish } from "./wish.ts";

export function Wish() {
  const words = useWords();
  const { view, readOnly } = useThreadPage();
  const lost = lostWish(view);
  // Whoever reads a shared thread has asked for nothing.
  if (!lost || readOnly) return null;
  return <Notice title={wishSentence(lost, words)}>{lost.kind === "elsewhere" && <Ways lost={lost} />}</Notice>;
}

export function wishSentence(lost: LostWish, { t, score }: Words): string {
  if (lost.kind === "unheard") return t("thread.wish.unheard");
  const { wished, answer } = lost;
  const which = { wished: wished.number, number: answer.number };
  if (wished.score === null || answer.score === null) return t("thread.wish.unjudged", which);
  const [lower, higher] = [score(wished.score), score(answer.score)];
  return lower === higher ? t("thread.wish.equal", which) : t("thread.wish.lower", { ...which, lower, higher });
}

function Ways({ lost: { wished, answer } }: { lost: Extract<LostWish, { kind: "elsewhere" }> }) {
  const { t } = useWords();
  const { head } = useThreadPage();
  const { goTo } = usePlace();
  const [asking, setAsking] = useState(false);
  const number = { wished: wished.number };
  return (
    <div className="actions">
      <button
        type="button"
        className="button small"
        onClick={() => goTo({ tab: "versions", iteration: wished.number })}
      >
        {t("thread.wish.show", number)}
      </button>
      {head.threadId !== null && (
        <button type="button" className="button small" onClick={() => setAsking(true)}>
          {t("thread.wish.take", number)}
        </button>
      )}
      {asking && head.threadId !== null && wished.version && (
        <Restore
          threadId={head.threadId}
          version={wished.version}
          now={answer.number}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
