/** What happens between the turns: the choice, the user's words, failures, and what was decided. */
import { ArrowRight, Flag, MessageSquareQuote, Route, Square, TriangleAlert, Trophy } from "lucide-react";
import { useWords } from "../i18n/words.tsx";
import { wishSentence } from "../thread/answer-wish.tsx";
import { useThreadPage } from "../thread/context.ts";
import type { Choice, Feedback, Finish, Iteration, Trouble } from "../thread/view.ts";
import { lostWish } from "../thread/wish.ts";
import { Model, Score, useModelName } from "../ui/parts.tsx";
import { decisionSentence } from "./story-words.ts";
import { useSentence } from "./wording.ts";

/** `short`: its critics without their names. */
export function ChoiceItem({ choice, short = false }: { choice: Choice; short?: boolean }) {
  const { t } = useWords();
  const { selected_model, evaluators } = choice;
  return (
    <div className="critique-line">
      <Route className="critique-icon" aria-hidden="true" />
      <span>{t("critique.answers")}</span>
      <Model name={selected_model} />
      <span>{t(evaluators.length === 0 ? "critique.noJudges" : "critique.judges", { count: evaluators.length })}</span>
      {evaluators.map((model) => (
        <Model key={model} name={model} bare={short} />
      ))}
    </div>
  );
}

export function FeedbackItem({ feedback: { text } }: { feedback: Feedback }) {
  const { t } = useWords();
  return (
    <div className="critique-yours">
      <MessageSquareQuote className="critique-icon" aria-hidden="true" />
      <div>
        <h3>{t("common.you")}</h3>
        <p>{text ?? t("critique.askedOn")}</p>
      </div>
    </div>
  );
}

export function TroubleItem({ trouble, times }: { trouble: Trouble; times: number }) {
  const { t, duration } = useWords();
  const nameFor = useModelName();
  const { kind, model, to, detail, code, retryAfterMs } = trouble;
  const from = model === null ? t("critique.aModel") : nameFor(model);
  const what =
    kind === "fallback" && to !== null
      ? t("critique.fellBack", { from, to: nameFor(to) })
      : t(`critique.trouble.${kind === "evaluation" ? "error" : kind}`, { from });
  return (
    <div className="critique-line" data-failed>
      <TriangleAlert className="critique-icon" aria-hidden="true" />
      <span className="critique-what">{what}</span>
      {times > 1 && <span>{t("critique.times", { count: times })}</span>}
      {retryAfterMs !== null && <span>{t("critique.waits", { time: duration(retryAfterMs) })}</span>}
      <blockquote lang="en">
        {detail} <code>{code}</code>
      </blockquote>
    </div>
  );
}

export function DecisionItem({ iteration }: { iteration: Iteration }) {
  const { view } = useThreadPage();
  const write = useSentence();
  const sentence = decisionSentence(view, iteration);
  if (!sentence) return null;
  const Icon = iteration.decision === "refine" ? ArrowRight : Flag;
  return (
    <div className="critique-line critique-decision">
      <Icon className="critique-icon" aria-hidden="true" />
      <span className="critique-what">{write(sentence)}</span>
    </div>
  );
}

const endings = { failed: TriangleAlert, stopped: Square, completed: Trophy };

export function EndItem({ finish }: { finish: Finish }) {
  const words = useWords();
  const nameFor = useModelName();
  const { t, word, duration, money } = words;
  const { view, readOnly } = useThreadPage();
  const { failure_reason, stop_reason, best_iteration, best_model_id, final_quality_score } = finish;
  const ending = view.phase === "failed" || view.phase === "stopped" ? view.phase : "completed";
  const answer = { n: best_iteration ?? 1, model: nameFor(best_model_id ?? "") };
  const headings = {
    failed: () => t("critique.endFailed"),
    stopped: () => t("critique.endStopped"),
    completed: () => t(view.restored === null ? "critique.endVersion" : "critique.endRestored", answer),
  };
  const Icon = endings[ending];
  const lost = readOnly ? null : lostWish(view);
  return (
    <div className="critique-ending" data-ending={ending}>
      <Icon className="critique-icon" aria-hidden="true" />
      <div>
        <h3>
          {headings[ending]()} {final_quality_score !== null && <Score value={final_quality_score} />}
        </h3>
        <p className="critique-soft">
          {[
            stop_reason === null ? null : t("critique.ended", { reason: word("stop", stop_reason) }),
            duration(finish.total_time_spent),
            money(finish.total_cost),
          ]
            .filter((part) => part !== null)
            .join(" · ")}
        </p>
        {lost && <p>{wishSentence(lost, words)}</p>}
        {ending === "failed" && failure_reason !== null && <code>{failure_reason}</code>}
      </div>
    </div>
  );
}
