/** From what was asked to what will be done: mode, number of evaluators, iterations. Pure. */
import type { AskedMode, Complexity, Mode } from "@orchestratex/sdk/contract";

const modes: Record<Exclude<Mode, "auto">, { evaluators: number; maxIterations: number }> = {
  quick: { evaluators: 0, maxIterations: 1 },
  checked: { evaluators: 2, maxIterations: 2 },
  thorough: { evaluators: 4, maxIterations: 3 },
  direct: { evaluators: 0, maxIterations: 1 },
};

export type Plan = { mode: Exclude<Mode, "auto">; evaluators: number; maxIterations: number };

/** `evaluators` and `maxIterations`, where given, override what the mode says. */
export function planOf(
  asked: { mode: AskedMode | "direct"; evaluators: number | null; maxIterations: number | null },
  complexity: Complexity,
): Plan {
  const mode = asked.mode === "auto" ? modeFor(complexity) : asked.mode;
  return {
    mode,
    evaluators: asked.evaluators ?? modes[mode].evaluators,
    maxIterations: asked.maxIterations ?? modes[mode].maxIterations,
  };
}

function modeFor(complexity: Complexity): "quick" | "checked" | "thorough" {
  if (complexity === "simple") return "quick";
  return complexity === "moderate" ? "checked" : "thorough";
}
