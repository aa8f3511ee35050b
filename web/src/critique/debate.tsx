/** The thread as a conversation between models, as it happens: answers, criticism, replies, and why it went on or ended. */
import { type CSSProperties, memo, useMemo } from "react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import type { Draft, ThreadView } from "../thread/view.ts";
import { isOver } from "../thread/view.ts";
import { Score, Skeleton, useHue } from "../ui/parts.tsx";
import { CompactChapter } from "./debate-compact.tsx";
import { ChoiceItem, DecisionItem, EndItem, FeedbackItem, TroubleItem } from "./debate-events.tsx";
import { JudgementItem } from "./debate-judgement.tsx";
import { type Chapter, type StoryItem, storyOf } from "./debate-story.ts";
import { DraftItem, MergedItem, ReplyItem, VersionItem } from "./debate-turns.tsx";
import "./critique.css";
import "./debate.css";
import "./points.css";
import "./turns.css";

export function Debate({ compact = false }: { compact?: boolean }) {
  const { t } = useWords();
  const { view } = useThreadPage();
  const chapters = useChapters(view);
  if (chapters.length === 0) return isOver(view) ? <p>{t("critique.silent")}</p> : <Skeleton lines={compact ? 3 : 6} />;
  const Shown = compact ? CompactChapter : FullChapter;
  return (
    <section className="critique-debate" data-compact={compact} aria-label={t("critique.debate")}>
      {chapters.map((chapter) => (
        <Shown
          key={chapter.number}
          chapter={chapter}
          score={view.iterations[chapter.number - 1]?.score ?? null}
          draft={view.draft?.iteration === chapter.number ? view.draft : null}
        />
      ))}
    </section>
  );
}

/** Not made anew for every piece of a draft. */
function useChapters({ iterations, choice, feedback, troubles, finish }: ThreadView): Chapter[] {
  return useMemo(
    () => storyOf({ iterations, choice, feedback, troubles, finish }),
    [iterations, choice, feedback, troubles, finish],
  );
}

export type ChapterProps = { chapter: Chapter; score: number | null; draft: Draft | null };

function FullChapter({ chapter: { number, items }, score, draft }: ChapterProps) {
  const { t } = useWords();
  return (
    <section className="critique-chapter">
      <header>
        <h2>{number === 0 ? t("critique.before") : t("critique.iteration", { n: number })}</h2>
        {score !== null && <Score value={score} title={t("critique.median")} />}
      </header>
      <ol className="plain critique-turns">
        {items.map((item) => (
          <Turn key={item.key} item={item} />
        ))}
        {draft && (
          <Spoken by={draft.model}>
            <DraftItem draft={draft} />
          </Spoken>
        )}
      </ol>
    </section>
  );
}

const Turn = memo(function Turn({ item }: { item: StoryItem }) {
  return <Spoken by={speakerOf(item)}>{contentOf(item)}</Spoken>;
}, sameTurn);

/** Stories are made anew, what they tell is not: whoever tells the same has nothing new to draw. */
function sameTurn({ item: a }: { item: StoryItem }, { item: b }: { item: StoryItem }): boolean {
  return Object.keys(a).every((name) => a[name as keyof StoryItem] === b[name as keyof StoryItem]);
}

function Spoken({ by, children }: { by: string | null; children: React.ReactNode }) {
  const hue = useHue(by ?? "");
  return (
    <li className="critique-turn" style={(by === null ? {} : { "--hue": hue }) as CSSProperties}>
      {children}
    </li>
  );
}

function speakerOf(item: StoryItem): string | null {
  if (item.kind === "version") return item.version.model;
  if (item.kind === "reply") return item.model;
  return item.kind === "judgement" ? item.judgement.model : null;
}

function contentOf(item: StoryItem) {
  switch (item.kind) {
    case "choice":
      return <ChoiceItem choice={item.choice} />;
    case "version":
      return <VersionItem version={item.version} previousAuthor={item.previousAuthor} />;
    case "reply":
      return <ReplyItem model={item.model} iteration={item.iteration} />;
    case "judgement":
      return <JudgementItem judgement={item.judgement} rank={item.rank} />;
    case "merged":
      return <MergedItem points={item.points} judges={item.judges} />;
    case "decision":
      return <DecisionItem iteration={item.iteration} />;
    case "feedback":
      return <FeedbackItem feedback={item.feedback} />;
    case "trouble":
      return <TroubleItem trouble={item.trouble} times={item.times} />;
    case "end":
      return <EndItem finish={item.finish} />;
  }
}
