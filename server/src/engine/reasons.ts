/** What speaks for the model that was chosen: only what its scores, and what they rest on, bear out. Pure. */
import type { Candidate, Need, Profile, SelectionWeights } from "@orchestratex/sdk/contract";
import { counted } from "./evaluate.ts";

export type Factor = keyof SelectionWeights;

export type Scored = { profile: Profile; candidate: Candidate };

export const PREFERRED_BONUS = 1.5;

/** A factor speaks for a model from this many points. */
const STRONG = 7;
/** The domain is one of its specialties. */
const NAMED_DOMAIN = 8;
/** Nineteen of twenty calls succeed, of at least so many. */
const RELIABLE = 9.5;
const MANY_CALLS = 10;
/** None of the needs is met. */
const NEEDS_UNMET = 3;

type Beside = { others: readonly Scored[]; needs: readonly Need[] };

/** By factor: the words for it; null where they would not be true. */
const merits: Record<Factor, (one: Scored, beside: Beside) => string | null> = {
  domain_match_score: ({ candidate }) => (candidate.domain_match_score >= NAMED_DOMAIN ? "knows the domain" : null),
  historical_performance: ({ candidate }) =>
    candidate.past_threads > 0 && candidate.historical_performance >= STRONG ? "has done well before" : null,
  cost_efficiency: (one, { others }) =>
    isAhead(one, others, "cost_efficiency", isPriced) ? "is cheap for this prompt" : null,
  availability_score: ({ profile, candidate }) =>
    profile.performance_metrics.success_rate !== null &&
    profile.performance_metrics.total_requests >= MANY_CALLS &&
    candidate.availability_score >= RELIABLE
      ? "is reliably available"
      : null,
  response_time_score: (one, { others }) =>
    isAhead(one, others, "response_time_score", isTimed) ? "answers fast" : null,
  specialty_alignment: ({ candidate: { specialty_alignment: points } }, { needs }) => {
    if (needs.length === 0 || points <= NEEDS_UNMET) return null;
    return points === 10 ? "fits the prompt's needs" : "fits some of the prompt's needs";
  },
};

export const factorNames = Object.keys(merits) as Factor[];

const isPriced = ({ cost_per_input_token, cost_per_output_token }: Profile): boolean =>
  cost_per_input_token !== null && cost_per_output_token !== null;

const isTimed = ({ performance_metrics }: Profile): boolean => performance_metrics.average_response_time !== null;

/** Strong, and better than more than half of the others of which it is known. */
function isAhead(one: Scored, others: readonly Scored[], factor: Factor, isKnown: (profile: Profile) => boolean) {
  const points = one.candidate[factor];
  if (!isKnown(one.profile) || points < STRONG) return false;
  const known = others.filter(({ profile }) => isKnown(profile));
  return known.filter(({ candidate }) => candidate[factor] < points).length * 2 > known.length;
}

/** At most three, those first that weigh most; before them, that the user prefers it. */
export function factorsOf(one: Scored, beside: Beside, weights: SelectionWeights, isPreferred: boolean): string[] {
  const said = factorNames
    .filter((name) => weights[name] > 0)
    .toSorted((a, b) => one.candidate[b] * weights[b] - one.candidate[a] * weights[a])
    .map((name) => merits[name](one, beside))
    .filter((words) => words !== null)
    .slice(0, 3);
  return isPreferred ? ["is preferred by the user", ...said] : said;
}

/** Of one candidate: its score, what adds up to it, and on how much that rests. */
export function inWords(candidate: Omit<Candidate, "selection_reasoning">, preferred: boolean): string {
  const parts = factorNames.map((name) => `${name.replace(/_score$/, "").replaceAll("_", " ")} ${candidate[name]}`);
  const basis =
    candidate.past_threads === 0
      ? "no measured answers in this domain yet"
      : `${counted(candidate.past_threads, "measured answer")} in this domain`;
  return `${candidate.final_score}: ${parts.join(", ")}${preferred ? `, preferred +${PREFERRED_BONUS}` : ""} (${basis})`;
}
