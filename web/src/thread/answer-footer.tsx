/** Below the answer: whose it is, how the critics agree, what speaks against it, and what the reader can do. */
import { useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { CopyButton } from "../ui/copy.tsx";
import { Tag, useModelName } from "../ui/parts.tsx";
import { useThreadPage } from "./context.ts";
import { type Answered, agreementOf, answeredOf, dissentOf } from "./progress.ts";
import { Rate } from "./rate.tsx";
import { Steer } from "./steer.tsx";
import { type Iteration, isOver } from "./view.ts";

export function AnswerFooter() {
  const { t } = useWords();
  const { view, readOnly, head } = useThreadPage();
  const answered = answeredOf(view);
  const over = isOver(view);
  const { threadId } = head;
  // The first draft would push it down with every line.
  if (!answered && !over) return null;
  return (
    <footer className="answer-foot">
      {answered && <Facts answered={answered} />}
      {answered && <Dissent iteration={answered.iteration} />}
      {!readOnly && threadId !== null && answered && over && <Rate threadId={threadId} />}
      <div className="answer-steer">
        {!readOnly && threadId !== null && <Steer threadId={threadId} />}
        {answered && (
          <CopyButton text={view.finish?.final_response ?? answered.version.text} label={t("thread.copyText")} />
        )}
      </div>
    </footer>
  );
}

function Facts({ answered: { version, iteration, versions } }: { answered: Answered }) {
  const { t, score, duration, money } = useWords();
  const { view } = useThreadPage();
  const { confidence, time, cost } = version;
  return (
    <div className="answer-facts">
      <Which iteration={iteration} versions={versions} />
      {view.finish && view.restored === iteration.number && <Tag tone="accent">{t("thread.restored")}</Tag>}
      {view.finish && iteration.best && iteration.number < versions && <Tag tone="accent">{t("thread.best")}</Tag>}
      {confidence !== null && <span>{t("thread.confidence", { points: score(confidence) })}</span>}
      <Agreement iteration={iteration} />
      <span className="answer-quiet">{duration(time)}</span>
      {cost !== null && <span className="answer-quiet">{money(cost)}</span>}
    </div>
  );
}

/** Of how many; or that the next one is on its way. */
function Which({ iteration: { number }, versions }: Pick<Answered, "iteration" | "versions">) {
  const { t } = useWords();
  const { view } = useThreadPage();
  if (view.finish) return <span>{t("thread.versionOf", { number, all: versions })}</span>;
  const { number: next } = view.iterations.at(-1) ?? { number };
  return (
    <>
      <span>{t("thread.versionSoFar", { number })}</span>
      {next > number && <span className="answer-quiet">{t("thread.versionNext", { number: next })}</span>}
    </>
  );
}

/** Up to here, critics count as of one mind. */
const CLOSE = 1.5;

function Agreement({ iteration }: { iteration: Iteration }) {
  const { t, score, list, word } = useWords();
  const nameFor = useModelName();
  const agreement = agreementOf(iteration);
  if (!agreement) return null;
  const { judges, spread, dissenters } = agreement;
  if (dissenters.length === 0) {
    const text = spread <= CLOSE ? "thread.agree" : "thread.apart";
    return <span>{t(text, { count: judges, spread: score(spread) })}</span>;
  }
  const names = list(dissenters.map(({ model }) => nameFor(model)));
  const criterion = dissenters[0]?.criterion ?? null;
  return (
    <Tag tone="fair">
      {criterion === null || dissenters.length > 1
        ? t("thread.dissenters", { count: dissenters.length, names })
        : t("thread.dissentOn", { names, criterion: word("criterion", criterion) })}
    </Tag>
  );
}

/** The strongest point that the author has not worked in. */
function Dissent({ iteration }: { iteration: Iteration }) {
  const { t, word, list } = useWords();
  const nameFor = useModelName();
  const [open, setOpen] = useState(false);
  const point = dissentOf(iteration);
  if (!point) return null;
  const by = point.by.length > 0 ? list(point.by.map(nameFor)) : t("common.you");
  return (
    <details className="answer-dissent" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {t(point.state === "disputed" ? "thread.dissent.disputed" : "thread.dissent.open")}
        <Tag tone={point.severity === "minor" ? "none" : "fair"}>
          {word("severity", point.severity)} · {word("criterion", point.criterion)}
        </Tag>
      </summary>
      <p>
        <strong>{by}:</strong> <span dir="auto">{point.point}</span>
      </p>
      {point.quote !== "" && <blockquote dir="auto">{point.quote}</blockquote>}
      {point.suggestion !== "" && <p>{t("thread.dissent.suggestion", { text: point.suggestion })}</p>}
      {point.reason !== null && <p>{t("thread.dissent.reason", { text: point.reason })}</p>}
    </details>
  );
}
