/** From what was asked to what will be done: mode, number of evaluators, iterations. Pure. */
import type { AlgorithmSettings, AskedMode, Complexity, Mode } from "@orchestratex/sdk/contract";

/** One model call through `/v1`. */
const direct = { evaluators: 0, max_iterations: 1 };

export type Plan = { mode: Exclude<Mode, "auto">; evaluators: number; maxIterations: number };

/** `evaluators` and `maxIterations`, where given, override what the mode says. */
export function planOf(
  asked: { mode: AskedMode | "direct"; evaluators: number | null; maxIterations: number | null },
  complexity: Complexity,
  modes: AlgorithmSettings["modes"],
): Plan {
  const mode = asked.mode === "auto" ? modeFor(complexity) : asked.mode;
  const usual = mode === "direct" ? direct : modes[mode];
  return {
    mode,
    evaluators: asked.evaluators ?? usual.evaluators,
    maxIterations: asked.maxIterations ?? usual.max_iterations,
  };
}

function modeFor(complexity: Complexity): "quick" | "checked" | "thorough" {
  if (complexity === "simple") return "quick";
  return complexity === "moderate" ? "checked" : "thorough";
}
