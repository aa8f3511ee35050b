/** What an event says, in the page's own words. Pure. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import type { Words } from "../i18n/words.tsx";
import type { EventOf } from "../thread/view.ts";

/** `nameFor`: how a model is called here. */
type Speaker = Pick<Words, "t" | "word" | "score" | "duration"> & { nameFor: (model: string) => string };
type Saying<Type extends ThreadEvent["event_type"]> = (event: EventOf<Type>, words: Speaker) => string | null;

const sayings: { [Type in ThreadEvent["event_type"]]?: Saying<Type> } = {
  orchestration_started: ({ details: { resumed, mode } }, { t, word }) =>
    resumed ? t("versions.log.resumed") : t("versions.log.started", { mode: word("mode", mode) }),
  prompt_analyzed: ({ details: { domain, complexity_level } }, { t, word }) =>
    t("versions.log.analyzed", { domain: word("domain", domain), complexity: word("complexity", complexity_level) }),
  model_selected: ({ details }, { t, word, nameFor }) =>
    t("versions.log.chosen", {
      ...{ model: nameFor(details.selected_model), strategy: word("strategy", details.selection_strategy) },
      count: details.evaluators.length,
    }),
  response_generated: ({ details, iteration_number }, { t, duration }) =>
    t("versions.log.wrote", { number: iteration_number ?? 1, time: duration(details.response_time) }),
  evaluation_completed: ({ details }, { t, score }) =>
    t("versions.log.judged", { score: score(details.overall_score), count: details.criticisms.length }),
  evaluation_failed: ({ details: { code, will_retry } }, words) =>
    because(code, words, (why) => (will_retry ? words.t("versions.log.again", { why }) : why)),
  model_fallback: ({ details: { from, to, code } }, words) =>
    because(code, words, (why) =>
      to === null
        ? words.t("thread.banner.nobody", { from: words.nameFor(from), why })
        : words.t("thread.banner.fallback", { from: words.nameFor(from), to: words.nameFor(to), why }),
    ),
  error_occurred: ({ details: { code, recoverable } }, words) =>
    because(code, words, (why) => (recoverable ? words.t("versions.log.again", { why }) : why)),
  criticism_merged: ({ details }, { t }) => t("versions.log.merged", { count: details.criticisms.length }),
  criticism_addressed: ({ details: { accepted, disputed } }, { t }) =>
    t("versions.log.addressed", { accepted: accepted.length, disputed: disputed.length }),
  quality_threshold_met: ({ details }, { t, score }) =>
    t("versions.log.reached", { score: score(details.score), goal: score(details.quality_threshold) }),
  iteration_completed: ({ details: { score: points, decision }, iteration_number }, { t, word, score }) => {
    const number = iteration_number ?? 1;
    const what = decision === "refine" ? t("versions.log.refine") : word("stop", decision);
    return points === null
      ? t("versions.log.decidedBlind", { number, what })
      : t("versions.log.decided", { number, what, score: score(points) });
  },
  orchestration_finished: ({ details }, words) => endingOf(details, words),
  feedback_received: ({ details: { kind, feedback } }, { t }) =>
    feedback ?? (kind === "iteration" ? t("versions.log.oneMore") : null),
  stop_requested: ({ details: { when } }, { t }) =>
    t(when === "now" ? "versions.log.stopNow" : "versions.log.stopAfter"),
  thread_updated: ({ details: { change, best_iteration, user_rating, user_accepted } }, { t }) => {
    if (change === "final_restored") return t("versions.log.restored", { number: best_iteration ?? 1 });
    if (change === "status_set") return t("versions.log.status");
    return t(user_rating === null && user_accepted === null ? "versions.log.commented" : "versions.log.rated");
  },
};

/** null: the server's own sentence is all there is. */
export function sayingOf(event: ThreadEvent, words: Speaker): string | null {
  const say = sayings[event.event_type] as ((event: ThreadEvent, words: Speaker) => string | null) | undefined;
  return say?.(event, words) ?? null;
}

/** null: there are no words for this fault. */
function because(code: string, { word }: Speaker, say: (why: string) => string): string | null {
  const why = word("thread.fault", code);
  return why === code.replaceAll("_", " ") ? null : say(why);
}

function endingOf(details: EventOf<"orchestration_finished">["details"], words: Speaker): string | null {
  const { failure_reason, stop_reason, best_iteration, final_quality_score } = details;
  const { t, word, score } = words;
  if (failure_reason !== null) return because(failure_reason, words, (why) => t("versions.log.ended", { why }));
  if (stop_reason === null || best_iteration === null) return null;
  const why = word("stop", stop_reason);
  return final_quality_score === null
    ? t("versions.log.endedWith", { why, number: best_iteration })
    : t("versions.log.endedScored", { why, number: best_iteration, score: score(final_quality_score) });
}
