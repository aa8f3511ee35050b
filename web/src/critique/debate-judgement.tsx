/** A critic's turn: still reading, what it found, or why it said nothing. */
import { ChevronRight, CircleMinus, CircleX, RotateCcw, ThumbsUp } from "lucide-react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { usePlace } from "../thread/place.ts";
import type { Judgement, Trouble } from "../thread/view.ts";
import { Model, Score, Spinner } from "../ui/parts.tsx";
import { SaidPoint } from "./said-point.tsx";

/** So many are open from the start: who reads on opens the others. */
const OPEN = 3;

export function JudgementItem({ judgement, rank }: { judgement: Judgement; rank: number }) {
  switch (judgement.state) {
    case "done":
      return <Done judgement={judgement} open={rank < OPEN} />;
    case "running":
      return <Reading judgement={judgement} />;
    default:
      return <Nothing judgement={judgement} />;
  }
}

function Done({ judgement, open }: { judgement: Judgement; open: boolean }) {
  const { t, duration } = useWords();
  const { goTo } = usePlace();
  const { model, iteration, criticisms, praise, score, time, trouble } = judgement;
  return (
    <details className="critique-judgement" open={open}>
      <summary>
        <ChevronRight aria-hidden="true" className="critique-mark" />
        <h3>
          <Model name={model} />
        </h3>
        <Score value={score} />
        <Headline judgement={judgement} />
        {time !== null && <span className="critique-soft critique-time">{duration(time)}</span>}
      </summary>
      <div className="critique-judgement-body">
        {trouble && <AskedAgain trouble={trouble} />}
        <ul className="plain critique-said">
          {criticisms.map((point) => (
            <SaidPoint key={`${point.criterion} ${point.point}`} point={point} />
          ))}
        </ul>
        {praise !== "" && (
          <p className="critique-praise">
            <ThumbsUp className="critique-icon" aria-hidden="true" />
            <span className="hidden-text">{t("critique.liked")}</span>
            <span dir="auto">{praise}</span>
          </p>
        )}
        <button
          type="button"
          className="button quiet small"
          onClick={() => goTo({ tab: "critiques", iteration, model })}
        >
          {t("critique.inMatrix")}
        </button>
      </div>
    </details>
  );
}

function Headline({ judgement: { criticisms } }: { judgement: Judgement }) {
  const { t, word } = useWords();
  const worst = criticisms[0];
  return (
    <span className="critique-headline">
      {worst ? (
        <>
          <strong>{t("critique.points", { count: criticisms.length })}</strong>
          <span className="critique-soft">{`${word("criterion", worst.criterion)}: ${worst.point}`}</span>
        </>
      ) : (
        <strong>{t("critique.noFault")}</strong>
      )}
    </span>
  );
}

function Reading({ judgement: { model, trouble } }: { judgement: Judgement }) {
  const { t } = useWords();
  return (
    <div className="critique-line">
      <Spinner />
      <Model name={model} />
      <span className="critique-soft">{t("critique.isReading")}</span>
      {trouble && <AskedAgain trouble={trouble} />}
    </div>
  );
}

function AskedAgain({ trouble }: { trouble: Trouble }) {
  const { t } = useWords();
  return (
    <span className="critique-again">
      <RotateCcw className="critique-icon" aria-hidden="true" />
      {t("critique.askedAgain")} <span lang="en">{trouble.detail}</span>
    </span>
  );
}

function Nothing({ judgement: { model, state, trouble } }: { judgement: Judgement }) {
  const { t } = useWords();
  const { view } = useThreadPage();
  const failed = state === "failed";
  const unasked = view.start?.cost_limit == null ? "critique.unheard" : "critique.unpaid";
  const why = failed ? "critique.gaveNone" : state === "unasked" ? unasked : "critique.unfinished";
  const Icon = failed ? CircleX : CircleMinus;
  return (
    <div className="critique-line" data-failed={failed}>
      <Icon className="critique-icon" aria-hidden="true" />
      <Model name={model} />
      <span>{t(why)}</span>
      {trouble && (
        <blockquote lang="en">
          {trouble.detail} <code>{trouble.code}</code>
        </blockquote>
      )}
    </div>
  );
}
