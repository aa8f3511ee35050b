/** A thread's course as lanes of models over columns of steps. Pure; knows nothing of the text that is being written. */
import type { Choice, Iteration, Judgement, Phase, ThreadView, Trouble } from "./view.ts";

export type CellState = "queued" | "running" | "done" | "failed" | "skipped" | "unasked";
type Step = "choose" | "answer" | "judge" | "refine" | "done";
export type Column = { step: Step; iteration: number };

export type Cell = {
  state: CellState;
  startedAt: string | null;
  /** Milliseconds; null: not over, or not told. */
  time: number | null;
  /** 1 to 10; only of a judgement, and of the end. */
  score: number | null;
  cost: number | null;
};

export type Lane = { model: string; author: boolean; cells: readonly (Cell | null)[] };

/** What stands over the columns of an iteration. */
export type IterationHead = { span: number } & Pick<Iteration, "number" | "score" | "gain" | "gainOver" | "best">;

export type Course = { columns: readonly Column[]; lanes: readonly Lane[]; heads: readonly IterationHead[] };

/** The parts of a view that a course is made of: the same ones for as long as only a text grows. */
export type CourseSource = Pick<ThreadView, "choice" | "iterations" | "troubles" | "phase" | "finish">;

const nothing = { score: null, gain: null, gainOver: null, best: false };
const blank: Cell = { state: "queued", startedAt: null, time: null, score: null, cost: null };

export function courseOf({ choice, iterations, troubles, phase, finish }: CourseSource): Course {
  const shown: readonly Pick<Iteration, "number" | "judgements">[] =
    iterations.length > 0 ? iterations : [{ number: 1, judgements: [] }];
  const heads: IterationHead[] = [];
  const columns: Column[] = [{ step: "choose", iteration: 0 }];
  for (const { number, judgements } of shown) {
    const judged = judgements.length > 0 || choice === null || choice.evaluators.length > 0;
    const { score, gain, gainOver, best } = iterations[number - 1] ?? nothing;
    heads.push({ number, span: judged ? 2 : 1, score, gain, gainOver, best });
    columns.push({ step: number === 1 ? "answer" : "refine", iteration: number });
    if (judged) columns.push({ step: "judge", iteration: number });
  }
  columns.push({ step: "done", iteration: 0 });
  const source = { choice, iterations, troubles, phase, finish };
  const lanes = modelsOf(choice, iterations, troubles).map((model) => ({
    model,
    author: iterations.some(({ author }) => author === model) || choice?.selected_model === model,
    cells: columns.map((column) => cellOf(model, column, source)),
  }));
  return { columns, lanes, heads };
}

/** The chosen author first, then whoever else wrote, then the judges. */
function modelsOf(choice: Choice | null, iterations: readonly Iteration[], troubles: readonly Trouble[]): string[] {
  const names = [
    choice?.selected_model,
    ...troubles.flatMap(({ kind, model, to }) => (kind === "fallback" ? [model, to] : [])),
    ...iterations.map(({ author }) => author),
    ...(choice?.evaluators ?? []),
    ...iterations.flatMap(({ judgements }) => judgements.map(({ model }) => model)),
  ];
  return [...new Set(names.filter((name): name is string => typeof name === "string" && name !== ""))];
}

function cellOf(model: string, { step, iteration }: Column, source: CourseSource): Cell | null {
  const { choice, finish, iterations } = source;
  if (step === "choose") return model === choice?.selected_model ? { ...blank, state: "done" } : null;
  if (step === "done") return endOf(model, source);
  const at = iterations[iteration - 1];
  if (!at) return null;
  if (step !== "judge") return writingOf(model, at, source);
  const judgement = at.judgements.find((one) => one.model === model);
  if (judgement) return judgedOf(judgement);
  const expected = at.version === null && choice?.evaluators.includes(model) && at.author !== model;
  return expected ? { ...blank, state: finish ? "unasked" : "queued" } : null;
}

function endOf(model: string, { choice, finish, phase }: CourseSource): Cell | null {
  const author = finish?.best_model_id ?? choice?.selected_model;
  if (model !== author) return null;
  if (!finish) return blank;
  const state = phase === "failed" ? "failed" : phase === "stopped" ? "skipped" : "done";
  return { ...blank, state, score: finish.final_quality_score, time: finish.total_time_spent, cost: finish.total_cost };
}

function writingOf(model: string, iteration: Iteration, { troubles, phase, finish }: CourseSource): Cell | null {
  const { version, author, startedAt, number } = iteration;
  if (version?.model === model) return { ...blank, state: "done", startedAt, time: version.time, cost: version.cost };
  const gaveUp = troubles.some((one) => one.kind === "fallback" && one.iteration === number && one.model === model);
  if (gaveUp) return { ...blank, state: "failed" };
  if (version !== null || author !== model) return null;
  return { ...blank, state: !finish ? "running" : phase === "failed" ? "failed" : "skipped", startedAt };
}

const judgedOf = ({ state, startedAt, time, score, cost }: Judgement): Cell => ({
  ...{ state, startedAt, time, score, cost },
});

const order: readonly Phase[] = ["waiting", "analyzing", "choosing"];

/** How far it is, in steps of what is known of it now. */
export function progressOf({ columns, lanes }: Course, phase: Phase): { done: number; all: number } {
  if (order.includes(phase)) return { done: 0, all: columns.length };
  const ended = columns.filter((_, at) => {
    const cells = lanes.flatMap(({ cells: { [at]: cell } }) => (cell ? [cell] : []));
    return cells.length > 0 && cells.every(({ state }) => state !== "running" && state !== "queued");
  });
  return { done: ended.length, all: columns.length };
}
