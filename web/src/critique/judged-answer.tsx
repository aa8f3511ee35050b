/** The answer that is judged, with the words marked that its critics quote. */
import { memo, useRef } from "react";
import { useWords } from "../i18n/words.tsx";
import type { Iteration, Version } from "../thread/view.ts";
import { Model, Score } from "../ui/parts.tsx";
import { type Chosen, useHighlights } from "./highlight.ts";
import { AnswerText } from "./text.tsx";

type Props = {
  iteration: Iteration;
  version: Version;
  /** Of the answer. */
  language: string | undefined;
  quotes: readonly string[];
  chosen: Chosen | null;
};

export const JudgedAnswer = memo(function JudgedAnswer({ iteration, version, language, quotes, chosen }: Props) {
  const { t, gain } = useWords();
  const text = useRef<HTMLDivElement>(null);
  useHighlights(text, version.responseId, quotes, chosen);
  return (
    <article className="card critique-judged">
      <header>
        <h2>{t("critique.version", { n: iteration.number })}</h2>
        <Model name={version.model} />
        <Score value={iteration.score} />
        {iteration.gain !== null && iteration.gainOver !== null && (
          <span className="critique-soft">{`${gain(iteration.gain)} ${t("critique.over", { n: iteration.gainOver })}`}</span>
        )}
      </header>
      <div ref={text} data-version={version.responseId} lang={language}>
        <AnswerText text={version.text} below={2} />
      </div>
    </article>
  );
});
