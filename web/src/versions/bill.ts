/** What a thread cost, by call, phase and model. Sums are made of whole nano-dollars. Pure. */
import type { CostSource, ModelResponse, TokensUsed } from "@orchestratex/sdk/contract";
import type { ThreadView } from "../thread/view.ts";

type Phase = "answer" | "critique" | "revision";

export type Line = {
  phase: Phase;
  iteration: number;
  model: string;
  tokens: TokensUsed | null;
  /** US dollars; null: the price is unknown. */
  cost: number | null;
  source: CostSource;
  /** Milliseconds. */
  time: number | null;
};

type Sum = { cost: number; calls: number; share: number };

export type Bill = {
  lines: readonly Line[];
  phases: Readonly<Record<Phase, Sum>>;
  /** The dearest first; without what no call explains. */
  models: readonly { model: string; cost: number; share: number }[];
  /** US dollars. */
  total: number;
  /** Of the total, what no finished call explains: those that failed, were repeated, or are under way. */
  rest: number;
  /** Of the total, 0 to 1. */
  restShare: number;
  /** What judging and revising cost, and the points they brought; null: nobody judged. */
  critique: { cost: number; share: number; gain: number | null } | null;
  /** Of the cost limit, 0 to 1; null: there is none. */
  limitShare: number | null;
};

const NANO = 1e9;
const nano = (dollars: number): number => Math.round(dollars * NANO);

export function billOf(view: ThreadView): Bill {
  const lines = linesOf(view);
  const sum = (some: readonly Line[]) => some.reduce((all, { cost }) => all + nano(cost ?? 0), 0);
  const explained = sum(lines);
  const total = Math.max(nano(view.totalCost), explained);
  const shareOf = (part: number) => (total === 0 ? 0 : part / total);
  const phase = (name: Phase): Sum => {
    const own = lines.filter((line) => line.phase === name);
    return { cost: sum(own) / NANO, calls: own.length, share: shareOf(sum(own)) };
  };
  const phases = { answer: phase("answer"), critique: phase("critique"), revision: phase("revision") };
  const names = [...new Set(lines.map(({ model }) => model))];
  const models = names.map((model) => {
    const cost = sum(lines.filter((line) => line.model === model));
    return { model, cost: cost / NANO, share: shareOf(cost) };
  });
  const beyond = sum(lines.filter((line) => line.phase !== "answer"));
  const limit = view.start?.cost_limit ?? null;
  return {
    ...{ lines, phases, total: total / NANO, rest: (total - explained) / NANO, restShare: shareOf(total - explained) },
    models: models.toSorted((a, b) => b.cost - a.cost || a.model.localeCompare(b.model)),
    critique: phases.critique.calls === 0 ? null : { cost: beyond / NANO, share: shareOf(beyond), gain: gainOf(view) },
    limitShare: limit === null || limit <= 0 ? null : total / NANO / limit,
  };
}

function linesOf({ iterations }: ThreadView): Line[] {
  return iterations.flatMap(({ number, version, judgements }) => {
    const written: Line[] = version
      ? [
          {
            ...{ phase: version.role === "primary" ? "answer" : "revision", iteration: number, model: version.model },
            ...{ tokens: version.tokens, cost: version.cost, source: version.costSource, time: version.time },
          },
        ]
      : [];
    const judged = judgements
      .filter(({ state }) => state === "done")
      .map(({ model, tokens, cost, time }): Line => {
        const source = cost === null ? "unknown" : tokens ? "provider" : "estimated";
        return { phase: "critique", iteration: number, model, tokens, cost, source, time };
      });
    return [...written, ...judged];
  });
}

/** Of the final version, or the best so far, over the first; null: either was not judged. */
function gainOf({ iterations }: ThreadView): number | null {
  const first = iterations[0]?.score ?? null;
  const best = iterations.find(({ best }) => best)?.score ?? null;
  return first === null || best === null ? null : Math.round((best - first) * 100) / 100;
}

const MOST_DIGITS = 6;

/** US dollars as a column of a table writes them: all with as many digits as the smallest needs, so that they can be compared. */
export function inColumn(costs: readonly (number | null)[], locale: string): (dollars: number) => string {
  const sizes = costs.map((cost) => Math.abs(cost ?? 0)).filter((size) => size > 0);
  const least = Math.min(1, ...sizes);
  const digits = Math.min(MOST_DIGITS, Math.max(2, 1 - Math.floor(Math.log10(least))));
  const { format } = new Intl.NumberFormat(locale, {
    ...{ style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" },
    ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
  });
  return format;
}

/** Ended calls whose bill was never seen: their whole reservation stays counted against the limit. */
export const unconfirmedOf = <Call extends Pick<ModelResponse, "outcome_unknown" | "status" | "cost_source">>(
  calls: readonly Call[],
): Call[] =>
  calls.filter(
    ({ outcome_unknown, status, cost_source }) =>
      outcome_unknown || (status !== "pending" && cost_source !== null && cost_source !== "provider"),
  );
