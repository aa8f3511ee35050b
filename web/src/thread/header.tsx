/** A thread's head: the question, how it stands, what it costs, and what can be done. */
import "./thread.css";
import { useWords, type Words } from "../i18n/words.tsx";
import { Score, Spinner, Tag, useModelName } from "../ui/parts.tsx";
import type { Tone } from "../ui/tones.ts";
import { Actions } from "./actions.tsx";
import { useThreadPage } from "./context.ts";
import { Elapsed } from "./elapsed.tsx";
import { SessionLine } from "./header-session.tsx";
import { LineRefused } from "./line-state.tsx";
import { CostMeter } from "./meter.tsx";
import { type Standing, standingOf } from "./progress.ts";
import { Question } from "./question.tsx";
import { isOver, type Phase } from "./view.ts";

export function Header() {
  const { head, readOnly } = useThreadPage();
  return (
    <>
      <SessionLine />
      <header className="thread-head">
        <LineRefused />
        <Question prompt={head.prompt} context={head.context} />
        <div className="thread-row">
          <Facts />
          {!readOnly && head.threadId !== null && <Actions threadId={head.threadId} />}
        </div>
        <Announcement />
      </header>
    </>
  );
}

const tones: Partial<Record<Phase, Tone>> = { completed: "good", stopped: "none", failed: "bad" };
const toneOfPhase = (phase: Phase): Tone => tones[phase] ?? "accent";

function Facts() {
  const { t, word } = useWords();
  const { view } = useThreadPage();
  const { phase, start, simulated, finish, stopRequested, restored } = view;
  const over = isOver(view);
  return (
    <div className="thread-facts">
      <span className="thread-tags" data-over={over}>
        <Tag tone={toneOfPhase(phase)}>
          {!over && <Spinner />}
          {stopRequested && !over ? t("thread.stopping") : word("thread.phase", phase)}
        </Tag>
        {finish && restored !== null && <Tag tone="accent">{t("thread.restored")}</Tag>}
        {simulated && <Tag title={t("common.simulatedTitle")}>{t("common.simulated")}</Tag>}
        {start && <Tag>{word("mode", start.mode)}</Tag>}
      </span>
      <CostMeter />
      <Elapsed />
      {finish && finish.final_quality_score !== null && (
        <span className="thread-fact">
          <span className="thread-label">{t("thread.score")}</span>
          <Score value={finish.final_quality_score} />
        </span>
      )}
    </div>
  );
}

/** Phases for those who do not see the page; never the text itself. */
function Announcement() {
  const words = useWords();
  const nameFor = useModelName();
  const { view } = useThreadPage();
  return (
    <p role="status" className="hidden-text">
      {sentenceOf(standingOf(view), words, nameFor)}
    </p>
  );
}

export function sentenceOf(standing: Standing, { t, score }: Words, nameFor: (model: string) => string): string {
  switch (standing.key) {
    case "answering":
      return t("thread.now.answering", { model: nameFor(standing.model) });
    case "refining":
      return t("thread.now.refining", { model: nameFor(standing.model), iteration: standing.iteration });
    case "judging": {
      const { iteration, done, all } = standing;
      return t("thread.now.judging", { iteration, done, count: all });
    }
    case "done":
      return t("thread.now.done", { score: score(standing.score) });
    default:
      return t(`thread.now.${standing.key}`);
  }
}
