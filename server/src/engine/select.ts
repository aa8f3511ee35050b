/** Which profile answers, and which evaluate: candidates, facts, measured outcomes and the user's wishes in; reasons out. Pure. */
import type { Analysis, Candidate, Need, Profile, SelectionWeights, Strategy } from "@orchestratex/sdk/contract";
import { costOf } from "./cost.ts";
import { counted, round2, specialityMatch } from "./evaluate.ts";
import { type Factor, factorNames, factorsOf, inWords, PREFERRED_BONUS, type Scored } from "./reasons.ts";

export type Wishes = {
  strategy: Strategy;
  /** Those of the strategy. */
  weights: SelectionWeights;
  evaluators: number;
  preferred: readonly string[];
  excluded: readonly string[];
  /** The manual override: this model answers. */
  override: string | null;
  /** What a cost limit leaves, and the least that an answer by a profile must have free; null: no limit. */
  room: { usd: number; need(profile: Profile): number | null } | null;
};

export type Choice = {
  selected: Profile;
  evaluators: Profile[];
  candidates: Candidate[];
  /** Who may take over should the selected one fail, best first. */
  fallbacks: Profile[];
  runnerUp: string | null;
  margin: number | null;
  confidence: number;
  factors: string[];
  reasoning: string;
  overrideReasons: string | null;
  warnings: string[];
};

/** What must fit in a window beside the prompt, in tokens: an answer at its cap, and our own words. */
const ANSWER_AND_MORE = 5_000;

/** Why a profile is no candidate when even a short answer might cost more than is left. */
export const OVER_LIMIT = "even a short answer might cost more than the cost limit leaves";

/** Assumed size of the answer when prices are compared, in tokens. */
const TYPICAL_OUTPUT = 700;

/** When no profile can take the prompt, `reasons` say why for each. */
export function select(
  analysis: Analysis,
  promptTokens: number,
  profiles: readonly Profile[],
  wishes: Wishes,
): Choice | { reasons: string[] } {
  const warnings: string[] = [];
  // Most models of a server are those without a key: they are told of where they were asked for, or where nobody is left.
  const [there, away] = partitioned(profiles, ({ is_available }) => is_available);
  for (const { model_name } of away)
    if (wishes.preferred.includes(model_name) || wishes.override === model_name)
      warnings.push(`${model_name}: not available now`);
  const eligible = there.filter((profile) => {
    const why = whyNot(profile, promptTokens, wishes);
    if (why !== null) warnings.push(`${profile.model_name}: ${why}`);
    return why === null;
  });
  const scored = score(eligible, analysis, promptTokens, wishes);
  const chosen =
    wishes.override === null ? scored[0] : scored.find(({ profile }) => profile.model_name === wishes.override);
  if (!chosen) {
    const others = away.length > 0 ? [`${counted(away.length, "model")} not available now`] : [];
    return { reasons: warnings.length + others.length > 0 ? [...warnings, ...others] : ["no model is active"] };
  }

  const others = scored.filter((other) => other !== chosen);
  const { evaluators, note } = chooseEvaluators(chosen.profile, others, wishes.evaluators);
  const margin = others[0] ? round2(chosen.candidate.final_score - others[0].candidate.final_score) : null;
  const overrides = [
    wishes.override === null ? null : `${wishes.override} was named by the user`,
    ...wishes.preferred
      .filter((name) => wishes.excluded.includes(name))
      .map((name) => `${name} is both preferred and excluded: excluded wins`),
    note,
  ].filter((text) => text !== null);
  const isPreferred = wishes.preferred.includes(chosen.profile.model_name);
  const factors = factorsOf(chosen, { others, needs: analysis.needs }, wishes.weights, isPreferred);
  return {
    selected: chosen.profile,
    evaluators,
    candidates: scored.map(({ candidate }) => candidate),
    fallbacks: others.map(({ profile }) => profile),
    runnerUp: others[0]?.profile.model_name ?? null,
    margin,
    confidence: confidenceOf(margin, analysis.confidence, chosen.candidate.past_threads),
    factors,
    reasoning: reasoningOf(chosen, others[0], analysis, wishes, factors),
    overrideReasons: overrides.length > 0 ? overrides.join("; ") : null,
    warnings,
  };
}

const partitioned = <T>(all: readonly T[], fits: (one: T) => boolean): [T[], T[]] => [
  all.filter(fits),
  all.filter((one) => !fits(one)),
];

function whyNot(profile: Profile, promptTokens: number, wishes: Wishes): string | null {
  const named = profile.model_name === wishes.override;
  if (!profile.is_active) return "switched off";
  if (wishes.excluded.includes(profile.model_name) && !named) return "excluded by the user";
  if (profile.max_context_length < promptTokens * 1.2 + ANSWER_AND_MORE)
    return `its context of ${profile.max_context_length} tokens is too small`;
  if (wishes.room === null) return null;
  const need = wishes.room.need(profile);
  if (need === null) return "its price is unknown and there is a cost limit";
  if (profile.over_billed_at !== null) return "it charged more than was reserved, and there is a cost limit";
  return need > wishes.room.usd && !named ? OVER_LIMIT : null;
}

function score(eligible: readonly Profile[], analysis: Analysis, promptTokens: number, wishes: Wishes): Scored[] {
  const prices = eligible.map((profile) => costOf({ input: promptTokens, output: TYPICAL_OUTPUT }, profile));
  const times = eligible.map((profile) => profile.performance_metrics.average_response_time);
  return eligible
    .map((profile, index) => {
      const { quality, threads } = historyOf(profile, analysis);
      const factors: Record<Factor, number> = {
        domain_match_score: specialityMatch(profile, analysis.domain),
        historical_performance: round2(quality),
        cost_efficiency: lowIsGood(prices[index] ?? null, prices),
        availability_score: round2(1 + 9 * (profile.performance_metrics.success_rate ?? 0.95)),
        response_time_score: lowIsGood(times[index] ?? null, times),
        specialty_alignment: alignment(profile, analysis.needs),
      };
      const preferred = wishes.preferred.includes(profile.model_name);
      const sum = factorNames.reduce((total, name) => total + factors[name] * wishes.weights[name], 0);
      const final_score = round2(Math.min(10, sum + (preferred ? PREFERRED_BONUS : 0)));
      const candidate = {
        model_name: profile.model_name,
        ...factors,
        final_score,
        past_threads: threads,
        selection_reasoning: "",
      };
      return {
        profile,
        candidate: { ...candidate, selection_reasoning: inWords(candidate, preferred) },
      };
    })
    .toSorted(
      (a, b) =>
        b.candidate.final_score - a.candidate.final_score || (a.profile.model_name < b.profile.model_name ? -1 : 1),
    );
}

/** Measured quality, drawn towards a cautious prior while there is little to go by: 6 of 10, worth 5 threads. */
function historyOf(profile: Profile, { domain }: Analysis): { quality: number; threads: number } {
  const measured = profile.domain_performance[domain];
  const threads = measured?.threads ?? 0;
  return { quality: (6 * 5 + (measured?.average_score ?? 0) * threads) / (5 + threads), threads };
}

/** 10 for the lowest, 6 points less for each tenfold of it, at least 1; 5 when not known. */
function lowIsGood(value: number | null, all: readonly (number | null)[]): number {
  const least = Math.min(...all.filter((one): one is number => one !== null && one > 0));
  if (value === null || !Number.isFinite(least)) return 5;
  return value <= least ? 10 : round2(Math.max(1, 10 - 6 * Math.log10(value / least)));
}

function alignment(profile: Profile, needs: readonly Need[]): number {
  if (needs.length === 0) return 6;
  const met = needs.filter(
    (need) => profile.specialties.includes(need) || (need === "long_context" && profile.max_context_length >= 128_000),
  );
  return round2(3 + (7 * met.length) / needs.length);
}

/**
 * Never the author. Other families than the author's and than each other's first: models prefer answers like their own.
 * Siblings only when nothing else is left, and said so.
 */
function chooseEvaluators(
  author: Profile,
  others: readonly Scored[],
  wanted: number,
): { evaluators: Profile[]; note: string | null } {
  const fitness = ({ candidate }: Scored) =>
    candidate.domain_match_score * 0.5 + candidate.historical_performance * 0.3 + candidate.cost_efficiency * 0.2;
  const ranked = others.toSorted((a, b) => fitness(b) - fitness(a)).map(({ profile }) => profile);
  const families = new Set([author.family]);
  const fresh = ranked.filter(({ family }) => !families.has(family) && families.add(family));
  const foreign = ranked.filter((profile) => profile.family !== author.family && !fresh.includes(profile));
  const siblings = ranked.filter(({ family }) => family === author.family);
  const evaluators = [...fresh, ...foreign, ...siblings].slice(0, wanted);
  const kin = evaluators.filter(({ family }) => family === author.family).length;
  const notes = [
    ...(kin > 0
      ? [`${kin} of ${evaluators.length} evaluators are of the author's own family: no others are available`]
      : []),
    ...(evaluators.length < wanted
      ? [`${evaluators.length} evaluators instead of ${wanted}: no more models are available`]
      : []),
  ];
  return { evaluators, note: notes.length > 0 ? notes.join("; ") : null };
}

const confidenceOf = (margin: number | null, analysisConfidence: number, threads: number): number =>
  round2(Math.min(10, Math.max(1, 2 + (margin ?? 2) * 2 + analysisConfidence * 0.4 + Math.min(2, threads / 10))));

/** "a, b and c" */
const inOne = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

function reasoningOf(
  chosen: Scored,
  next: Scored | undefined,
  analysis: Analysis,
  wishes: Wishes,
  factors: string[],
): string {
  const name = chosen.profile.model_name;
  if (wishes.override !== null)
    return `${name} was named for this prompt; by the ${wishes.strategy} strategy it scores ${chosen.candidate.final_score}.`;
  const kind = `${name} for a ${analysis.complexity_level} ${analysis.domain} prompt by the ${wishes.strategy} strategy`;
  const lead = factors.length > 0 ? `${kind}: it ${inOne(factors)}.` : `${kind}.`;
  return next
    ? `${lead} Score ${chosen.candidate.final_score} against ${next.candidate.final_score} of ${next.profile.model_name}.`
    : `${lead} No other model was a candidate.`;
}
