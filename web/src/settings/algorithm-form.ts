/** The settings of the algorithm as they are typed: every number a text, until all of them are numbers. Pure. */
import type { AlgorithmSettings, ChangeAlgorithmSettings } from "@orchestratex/sdk/contract";
import { criteria, domains, factors, strategies } from "@orchestratex/sdk/lists";
import { isWithin, numberOf, textOf } from "../ui/numbers.ts";

export const modes = ["quick", "checked", "thorough"] as const;

type Texts<Row extends string, Column extends string> = Record<Row, Record<Column, string>>;

export type Draft = {
  threshold: string;
  plateau: string;
  /** Empty: the mode decides. */
  maxIterations: string;
  modes: Texts<(typeof modes)[number], "evaluators" | "max_iterations">;
  selection: Texts<(typeof strategies)[number], (typeof factors)[number]>;
  criteria: Texts<(typeof domains)[number], (typeof criteria)[number]>;
};

const textsOf = <Row extends string, Column extends string>(
  rows: readonly Row[],
  columns: readonly Column[],
  table: Record<Row, Record<Column, number>>,
  locale: string,
): Texts<Row, Column> =>
  Object.fromEntries(
    rows.map((row) => [row, Object.fromEntries(columns.map((column) => [column, textOf(table[row][column], locale)]))]),
  ) as Texts<Row, Column>;

export const draftOf = (settings: AlgorithmSettings, locale: string): Draft => ({
  threshold: textOf(settings.quality_threshold, locale),
  plateau: textOf(settings.plateau_gain, locale),
  maxIterations: textOf(settings.max_iterations, locale),
  modes: textsOf(modes, ["evaluators", "max_iterations"], settings.modes, locale),
  selection: textsOf(strategies, factors, settings.selection_weights, locale),
  criteria: textsOf(domains, criteria, settings.criteria_weights, locale),
});

/** How far a sum may be from 1: as far as the server lets it. */
const TOLERANCE = 0.001;

/** Null: one of them is no number from 0 to 1. */
export function sumOf(weights: Readonly<Record<string, string>>): number | null {
  const texts = Object.values(weights);
  if (!texts.every((text) => isWithin(text, 0, 1))) return null;
  return Math.round(texts.reduce((sum, text) => sum + (numberOf(text) ?? 0), 0) * 1e6) / 1e6;
}

export const isWhole = (sum: number | null): boolean => sum !== null && Math.abs(sum - 1) <= TOLERANCE;

/** Rows, by the part they are in, whose weights do not add up to 1 or are no numbers. */
export const wrongRows = (draft: Draft): { part: "selection" | "criteria"; row: string }[] =>
  (["selection", "criteria"] as const).flatMap((part) =>
    Object.entries(draft[part])
      .filter(([, weights]) => !isWhole(sumOf(weights)))
      .map(([row]) => ({ part, row })),
  );

type NumberName = "threshold" | "plateau" | "maxIterations" | `${(typeof modes)[number]}.${keyof Plan}`;
type Plan = Draft["modes"]["quick"];

export const bounds = {
  threshold: [1, 10],
  plateau: [0, 9],
  maxIterations: [1, 10],
  evaluators: [0, 10],
  max_iterations: [1, 10],
} as const;

export function wrongNumbers(draft: Draft): NumberName[] {
  const wrong: NumberName[] = [];
  if (!isWithin(draft.threshold, ...pair("threshold"))) wrong.push("threshold");
  if (!isWithin(draft.plateau, ...pair("plateau"))) wrong.push("plateau");
  if (draft.maxIterations.trim() !== "" && !isWithin(draft.maxIterations, ...pair("maxIterations"), true))
    wrong.push("maxIterations");
  for (const mode of modes)
    for (const name of ["evaluators", "max_iterations"] as const)
      if (!isWithin(draft.modes[mode][name], ...pair(name), true)) wrong.push(`${mode}.${name}`);
  return wrong;
}

const pair = (name: keyof typeof bounds): [number, number] => [bounds[name][0], bounds[name][1]];

export const isFit = (draft: Draft): boolean => wrongRows(draft).length === 0 && wrongNumbers(draft).length === 0;

/** The same number, however it is written; what is none is like nothing but itself. */
const differs = (now: string, before: string | undefined): boolean =>
  now !== before && (numberOf(now) ?? now) !== numberOf(before ?? "");

/** Rows of a table that were changed, whole and as numbers. */
function changedRows(now: Readonly<Record<string, Record<string, string>>>, before: typeof now) {
  const changed = Object.entries(now).filter(([row, values]) =>
    Object.entries(values).some(([name, text]) => differs(text, before[row]?.[name])),
  );
  const numbers = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([name, text]) => [name, numberOf(text) ?? 0]));
  return changed.length === 0 ? undefined : Object.fromEntries(changed.map(([row, values]) => [row, numbers(values)]));
}

/** Only what differs from `before`; null: nothing does. */
export function changesOf(draft: Draft, before: Draft): ChangeAlgorithmSettings | null {
  const rows = {
    selection_weights: changedRows(draft.selection, before.selection),
    criteria_weights: changedRows(draft.criteria, before.criteria),
    modes: changedRows(draft.modes, before.modes),
  };
  const changes = {
    ...Object.fromEntries(Object.entries(rows).filter(([, value]) => value !== undefined)),
    ...(differs(draft.threshold, before.threshold) && { quality_threshold: numberOf(draft.threshold) }),
    ...(differs(draft.plateau, before.plateau) && { plateau_gain: numberOf(draft.plateau) }),
    ...(draft.maxIterations !== before.maxIterations && { max_iterations: numberOf(draft.maxIterations) }),
  } as ChangeAlgorithmSettings;
  return Object.keys(changes).length === 0 ? null : changes;
}
