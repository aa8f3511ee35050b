/** The conversation beside something else: one line for each thing that happened, opened by who wants more. */
import { ChevronRight } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useWords } from "../i18n/words.tsx";
import { Model, Score, Spinner, useModelName } from "../ui/parts.tsx";
import type { ChapterProps } from "./debate.tsx";
import { ChoiceItem, DecisionItem, EndItem, FeedbackItem, TroubleItem } from "./debate-events.tsx";
import { JudgementItem } from "./debate-judgement.tsx";
import type { StoryItem } from "./debate-story.ts";
import { MergedItem, ReplyItem, Tally, VersionItem } from "./debate-turns.tsx";

type JudgementTurn = Extract<StoryItem, { kind: "judgement" }>;

export function CompactChapter({ chapter: { number, items }, score, draft }: ChapterProps) {
  const { t } = useWords();
  const groups = useMemo(() => grouped(items), [items]);
  return (
    <section className="critique-chapter">
      <header>
        <h2>{number === 0 ? t("critique.before") : t("critique.iteration", { n: number })}</h2>
        {score !== null && <Score value={score} title={t("critique.median")} />}
      </header>
      {groups.map((group) => (Array.isArray(group) ? <Judges key="judges" turns={group} /> : one(group)))}
      {draft && (
        <p className="critique-line">
          <Spinner />
          <Model name={draft.model} />
          <span className="critique-soft">{t("critique.writes", { n: draft.iteration })}</span>
        </p>
      )}
    </section>
  );
}

/** All judgements of the iteration are one group, where the first of them stood. */
function grouped(items: readonly StoryItem[]): (StoryItem | JudgementTurn[])[] {
  const turns = items.filter((item) => item.kind === "judgement");
  return items.flatMap((item): (StoryItem | JudgementTurn[])[] => {
    if (item.kind !== "judgement") return [item];
    return item === turns[0] ? [turns] : [];
  });
}

function one(item: StoryItem): ReactNode {
  switch (item.kind) {
    case "choice":
      return <ChoiceItem key={item.key} choice={item.choice} short />;
    case "decision":
      return <DecisionItem key={item.key} iteration={item.iteration} />;
    case "feedback":
      return <FeedbackItem key={item.key} feedback={item.feedback} />;
    case "trouble":
      return <TroubleItem key={item.key} trouble={item.trouble} times={item.times} />;
    case "end":
      return <EndItem key={item.key} finish={item.finish} />;
    case "judgement":
      return null;
    default:
      return <Opened key={item.key} item={item} />;
  }
}

type OpenedItem = Extract<StoryItem, { kind: "version" | "reply" | "merged" }>;

function Opened({ item }: { item: OpenedItem }) {
  const { t } = useWords();
  switch (item.kind) {
    case "version":
      return (
        <Fold
          line={
            <>
              <Model name={item.version.model} />
              <span>{t("critique.wroteVersion", { n: item.version.iteration })}</span>
            </>
          }
        >
          <VersionItem version={item.version} previousAuthor={item.previousAuthor} />
        </Fold>
      );
    case "reply":
      return (
        <Fold
          line={
            <>
              <Model name={item.model} />
              <Tally points={item.iteration.reply?.points ?? []} />
            </>
          }
        >
          <ReplyItem model={item.model} iteration={item.iteration} />
        </Fold>
      );
    case "merged":
      return item.points.length === 0 ? (
        <MergedItem points={[]} judges={item.judges} />
      ) : (
        <Fold line={t("critique.merged", { count: item.points.length })}>
          <MergedItem points={item.points} judges={item.judges} />
        </Fold>
      );
  }
}

function Judges({ turns }: { turns: readonly JudgementTurn[] }) {
  const { t, list } = useWords();
  const nameFor = useModelName();
  const reading = turns.filter(({ judgement }) => judgement.state === "running");
  const done = turns.filter(({ judgement }) => judgement.state === "done");
  const waited = list(reading.map(({ judgement }) => nameFor(judgement.model)));
  return (
    <Fold
      line={
        <>
          {reading.length > 0 && <Spinner />}
          <span title={reading.length > 0 ? t("critique.waitsFor", { critics: waited }) : undefined}>
            {t("critique.judgedBy", { done: done.length, count: turns.length })}
          </span>
          <span className="critique-dots">
            {done.map(({ judgement }) => (
              <Model key={judgement.model} name={judgement.model} bare />
            ))}
          </span>
        </>
      }
    >
      <div className="critique-turns">
        {turns.map(({ key, judgement }) => (
          <JudgementItem key={key} judgement={judgement} rank={Number.POSITIVE_INFINITY} />
        ))}
      </div>
    </Fold>
  );
}

function Fold({ line, children }: { line: ReactNode; children: ReactNode }) {
  return (
    <details className="critique-fold">
      <summary className="critique-line">
        <ChevronRight aria-hidden="true" className="critique-mark" />
        {line}
      </summary>
      <div className="critique-fold-body">{children}</div>
    </details>
  );
}
