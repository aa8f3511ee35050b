/** What several parts of the critique say in the same words. */
import { useWords } from "../i18n/words.tsx";
import type { Cell } from "./scores.ts";
import type { Sentence } from "./story-words.ts";

/** A difference that is not seen at one digit. */
const NOTHING = 0.05;

/** How a critic stands to the others. */
export function useLean(): (lean: number | null) => string {
  const { t, score } = useWords();
  return (lean) => {
    if (lean === null) return "–";
    if (Math.abs(lean) < NOTHING) return t("critique.same");
    return t(lean > 0 ? "critique.kinder" : "critique.stricter", { points: score(Math.abs(lean)) });
  };
}

export function useColumnName(by: "version" | "criterion"): (column: Pick<Cell, "iteration" | "measure">) => string {
  const { t, word } = useWords();
  return ({ iteration, measure }) => {
    if (by === "version") return t("critique.version", { n: iteration });
    return measure === "overall" ? t("critique.overall") : word("criterion", measure);
  };
}

export function useSentence(): (sentence: Sentence) => string {
  const { t, score } = useWords();
  return ({ key, scores = {}, count }) => {
    const written = Object.fromEntries(Object.entries(scores).map(([name, points]) => [name, score(points)]));
    return t(key, { ...written, ...(count === undefined ? {} : { count }) });
  };
}
