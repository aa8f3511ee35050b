/** The judgements of a thread as tables of numbers: who gave which version how much, by what measure. Pure. */
import { criteria } from "@orchestratex/sdk/lists";
import { bestScored } from "../thread/best.ts";
import { isOver, type Judgement, type ThreadView } from "../thread/view.ts";

export type CriterionName = (typeof criteria)[number];
export type Measure = "overall" | CriterionName;
export const measures: readonly Measure[] = ["overall", ...criteria];

/** `waiting`: its answer is not written yet; `author`: it is its own; `none`: this critic was not asked, or it ended before. */
type CellState = Judgement["state"] | "waiting" | "author" | "none";
export type Cell = { model: string; iteration: number; measure: Measure; state: CellState; value: number | null };

/** Of a critic. */
export type Line = {
  model: string;
  cells: readonly Cell[];
  mean: number | null;
  /** From the lowest to the highest. */
  spread: number | null;
  /** Above 0: kinder than the others were to the same versions. */
  lean: number | null;
};

/** Of a version, or of a criterion. */
export type Column = {
  iteration: number;
  measure: Measure;
  median: number | null;
  spread: number | null;
  /** Over the version with the best score before. */
  gain: number | null;
  gainOver: number | null;
  /** Of the criterion in the score, 0 to 1. */
  weight: number | null;
  best: boolean;
};

export type Matrix = { columns: readonly Column[]; lines: readonly Line[] };

type Judged = Pick<ThreadView, "iterations" | "choice" | "phase">;

/** Those who were chosen to judge, in order, and whoever judged beside them. */
export const criticsOf = ({ choice, iterations }: Pick<Judged, "choice" | "iterations">): string[] => [
  ...new Set([...(choice?.evaluators ?? []), ...iterations.flatMap((one) => one.judgements.map(({ model }) => model))]),
];

/** Rows: critics; columns: versions. */
export function byVersion(view: Judged, measure: Measure): Matrix {
  const shown = view.iterations.filter(({ version }) => version !== null || !isOver(view));
  return matrixOf(
    view,
    shown.map(({ number }) => ({ iteration: number, measure })),
    (model) => leanOf(view, model, measure),
  );
}

/** Rows: critics; columns: the score and its criteria, of one version. */
export function byCriterion(view: Judged, iteration: number): Matrix {
  const only = { ...view, iterations: view.iterations.filter(({ number }) => number === iteration) };
  return matrixOf(
    view,
    measures.map((measure) => ({ iteration, measure })),
    (model) => leanOf(only, model, "overall"),
  );
}

type Place = Pick<Cell, "iteration" | "measure">;

function matrixOf(view: Judged, places: readonly Place[], lean: (model: string) => number | null): Matrix {
  const lines = criticsOf(view).map((model): Line => {
    const cells = places.map((place) => cellOf(view, model, place));
    const values = present(cells.map(({ value }) => value));
    return { model, cells, mean: meanOf(values), spread: spreadOf(values), lean: lean(model) };
  });
  return { columns: places.map((place) => columnOf(view, place)), lines };
}

function cellOf(view: Judged, model: string, place: Place): Cell {
  const found = judgementOf(view, place.iteration, model);
  const version = view.iterations[place.iteration - 1]?.version;
  const unasked = version?.model === model ? "author" : version || isOver(view) ? "none" : "waiting";
  const state = found?.state ?? unasked;
  return { model, ...place, state, value: found ? scoreOf(found, place.measure) : null };
}

function columnOf(view: Judged, { iteration, measure }: Place): Column {
  const { gain, best, judgements } = view.iterations[iteration - 1] ?? { gain: null, best: false, judgements: [] };
  const values = valuesOf(view, iteration, measure);
  const median = medianOf(values);
  const base = bestScored(view.iterations.slice(0, iteration - 1))?.number ?? null;
  const before = base === null ? null : medianOf(valuesOf(view, base, measure));
  const computed = median === null || before === null ? null : median - before;
  const weights = judgements.find((one) => one.weights !== null)?.weights;
  return {
    ...{ iteration, measure, median, spread: spreadOf(values), best: best && median !== null },
    gain: measure === "overall" ? (gain ?? computed) : computed,
    gainOver: base,
    weight: measure === "overall" ? null : (weights?.[measure] ?? null),
  };
}

export const judgementOf = (
  { iterations }: Pick<ThreadView, "iterations">,
  iteration: number,
  model: string,
): Judgement | null => iterations[iteration - 1]?.judgements.find((one) => one.model === model) ?? null;

function scoreOf({ state, score, criteria: scores }: Judgement, measure: Measure): number | null {
  if (state !== "done") return null;
  return measure === "overall" ? score : (scores?.[measure] ?? null);
}

const valuesOf = ({ iterations }: Judged, iteration: number, measure: Measure): number[] =>
  present((iterations[iteration - 1]?.judgements ?? []).map((one) => scoreOf(one, measure)));

/** How far a critic is from the mean of the others, over the versions that both judged. */
function leanOf({ iterations }: Judged, model: string, measure: Measure): number | null {
  const distances = iterations.flatMap(({ judgements }) => {
    const own = judgements.find((one) => one.model === model);
    const value = own ? scoreOf(own, measure) : null;
    const others = meanOf(present(judgements.filter((one) => one !== own).map((one) => scoreOf(one, measure))));
    return value === null || others === null ? [] : [value - others];
  });
  return meanOf(distances);
}

/** The version that is looked at: the wished one where it is there, else the newest; of what is over, the newest that was criticised. */
export function shownIteration(view: Judged, wished: number | null): number | null {
  const written = view.iterations.filter(({ version }) => version !== null);
  const named = written.find(({ number }) => number === wished);
  const criticised = isOver(view) ? written.findLast(({ points }) => points.length > 0) : undefined;
  return (named ?? criticised ?? written.at(-1))?.number ?? null;
}

const present = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

const spreadOf = (values: readonly number[]): number | null =>
  values.length < 2 ? null : Math.max(...values) - Math.min(...values);

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return meanOf(sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1));
}
