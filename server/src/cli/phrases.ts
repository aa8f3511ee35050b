/** What an event says, in words: shared by the live view, the plain lines and `threads show`. Texts come out safe. */
import type { Criticism, DetailsOf, StopReason } from "@orchestratex/sdk/contract";
import { cost, count, duration, listed, many, money, score, signed } from "./figures.ts";
import { safeLine } from "./safe-text.ts";

export const SIMULATED = "SIMULATED: built-in stand-ins answered here, not real models";

const stopReasons: Record<StopReason, string> = {
  threshold_met: "the answer is good enough",
  plateau: "another iteration did not help",
  max_iterations: "all iterations are used",
  cost_limit: "the cost limit leaves no room for more",
  deadline: "the deadline has passed",
  stopped: "it was stopped",
  no_evaluators: "no model judged the answer",
};

export const why = (reason: StopReason | null): string =>
  reason === null ? "" : `${reason.replaceAll("_", " ")}: ${stopReasons[reason]}`;

export const started = (details: DetailsOf<"orchestration_started">): string =>
  [
    details.mode,
    details.max_iterations === 1 ? "1 iteration" : `up to ${details.max_iterations} iterations`,
    details.max_iterations === 1 ? null : `until ${score(details.quality_threshold)}`,
    limitOf(details),
  ]
    .filter((part) => part !== null)
    .join(" · ");

const limitOf = ({ cost_limit, cost_limit_of }: DetailsOf<"orchestration_started">): string => {
  if (cost_limit === null) return "no cost limit";
  return `at most ${money(cost_limit)}${cost_limit_of === "session" ? " in its session" : ""}`;
};

export const analyzed = (details: Omit<DetailsOf<"prompt_analyzed">, "total_cost">): string =>
  [
    `${details.complexity_level} ${details.domain} prompt`,
    `difficulty ${count(details.estimated_difficulty)} of 10`,
    ...(details.language === "und" ? [] : [`language ${safeLine(details.language)}`]),
    ...(details.needs.length > 0 ? [`needs ${listed(details.needs.map((need) => need.replaceAll("_", " ")))}`] : []),
  ].join(" · ");

export const runnerUp = (name: string | null, margin: number | null): string =>
  name === null
    ? "no other candidate"
    : `runner-up ${safeLine(name)}${margin === null ? "" : margin < 0 ? `, ${-margin} ahead` : `, ${margin} behind`}`;

export const judges = (names: readonly string[]): string =>
  names.length === 0 ? "judged by nobody" : `judged by ${listed(names.map(safeLine))}`;

export const expected = ({ low, high }: { low: number; high: number }): string =>
  high === 0 ? "free" : `expected to cost ${money(low)} to ${money(high)}`;

const words = (text: string): number => text.match(/\S+/gu)?.length ?? 0;

export const written = (details: DetailsOf<"response_generated">): string[] => [
  many(words(details.response_text), "word"),
  duration(details.response_time),
  cost(details.cost, details.cost_source === "estimated"),
  ...(details.confidence_score === null ? [] : [`confidence ${score(details.confidence_score)} by its own account`]),
];

/** 1 critical, 2 minor */
export function severities(criticisms: readonly Pick<Criticism, "severity">[]): string {
  const counts = (["critical", "major", "minor"] as const).map((severity) => ({
    severity,
    found: criticisms.filter((one) => one.severity === severity).length,
  }));
  const said = counts.filter(({ found }) => found > 0).map(({ severity, found }) => `${found} ${severity}`);
  return said.length > 0 ? said.join(", ") : "no criticism";
}

export const criticism = (one: Criticism): string =>
  `${one.id === null ? "" : `${safeLine(one.id)} `}${one.severity} ${one.criterion.replaceAll("_", " ")}: ${safeLine(one.point)}`;

/** Where its severity is said beside it. */
export const named = (one: Criticism): string =>
  `${one.id === null ? "" : `${safeLine(one.id)} `}${one.criterion.replaceAll("_", " ")}: ${safeLine(one.point)}`;

export const scored = ({
  score: value,
  scores,
  gain,
}: Omit<DetailsOf<"iteration_completed">, "total_cost">): string => {
  if (value === null) return "not judged";
  const from = scores.length > 1 ? `, median of ${listed(scores.map(score))}` : "";
  return `score ${score(value)}${gain === null ? "" : ` (${signed(gain)})`}${from}`;
};

export const decided = ({ decision, decision_reason }: DetailsOf<"iteration_completed">): string =>
  `${decision === "refine" ? "refine" : `stop, ${decision.replaceAll("_", " ")}`}: ${safeLine(decision_reason)}`;

export const addressed = ({
  accepted,
  disputed,
}: Pick<DetailsOf<"criticism_addressed">, "accepted" | "disputed">): string[] => [
  ...(accepted.length > 0 ? [`accepted ${listed(accepted.map(safeLine))}`] : []),
  ...disputed.map(({ id, reason }) => `disputed ${safeLine(id)}${reason === "" ? "" : `: ${safeLine(reason)}`}`),
];

export const fellBack = ({ from, to, code }: DetailsOf<"model_fallback">): string =>
  `${safeLine(from)} failed (${safeLine(code)}); ${to === null ? "nobody is left to take over" : `${safeLine(to)} takes over`}`;

export const evaluationFailed = ({ evaluator_model, code, ...details }: DetailsOf<"evaluation_failed">): string => {
  const what = code === "budget.exceeded" ? "does not judge" : "could not judge";
  const more = details.will_retry ? "; asked once more" : "";
  return `${safeLine(evaluator_model)} ${what} (${safeLine(code)}): ${safeLine(details.detail)}${more}`;
};

export const overBilled = (model: string, details: DetailsOf<"bill_exceeded">): string =>
  `${model} charged ${money(details.cost)}, more than the ${money(details.reserved_cost)} reserved for it`;

export const asked = ({ kind, feedback }: DetailsOf<"feedback_received">): string => {
  const what = kind === "iteration" ? "another iteration was asked for" : "feedback came in";
  return feedback === null || feedback === "" ? what : `${what}: ${safeLine(feedback)}`;
};

export const updated = (details: DetailsOf<"thread_updated">): string => {
  if (details.change === "status_set") return `set to ${details.thread_status} by hand`;
  if (details.change === "final_restored")
    return `iteration ${details.best_iteration} by ${safeLine(details.best_model_id ?? "nobody")} made the final answer by hand`;
  return `rated: ${rating(details)}`;
};

/** What the user said of a thread; empty for nothing. */
export const rating = ({
  user_accepted,
  user_rating,
  user_comment,
}: {
  user_accepted: boolean | null;
  user_rating: number | null;
  user_comment: string | null;
}): string =>
  [
    ...(user_accepted === null ? [] : [user_accepted ? "accepted" : "not accepted"]),
    ...(user_rating === null ? [] : [`${user_rating} of 10`]),
    ...(user_comment === null ? [] : [safeLine(user_comment)]),
  ].join(" · ");

export const costWarning = ({ share, total_cost, cost_limit }: DetailsOf<"cost_limit_warning">): string =>
  `${Math.round(share * 100)} % of the cost limit is used or held: ${money(total_cost)} spent of ${money(cost_limit)}`;

export const best = (details: DetailsOf<"orchestration_finished">): string =>
  [
    `iteration ${details.best_iteration} of ${details.iterations}`,
    details.final_quality_score === null ? "not judged" : `score ${score(details.final_quality_score)}`,
    `by ${safeLine(details.best_model_id ?? "nobody")}`,
  ].join(" · ");

export const bill = (totals: {
  total_cost: number;
  cost_is_estimated: boolean;
  total_tokens_used: number;
  total_time_spent: number;
}): string =>
  [
    cost(totals.total_cost, totals.cost_is_estimated),
    many(totals.total_tokens_used, "token"),
    duration(totals.total_time_spent),
  ].join(" · ");
