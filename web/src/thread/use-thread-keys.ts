/** Keys of a thread's page: its parts by number, iterations by brackets. */
import { useMemo } from "react";
import { useWords } from "../i18n/words.tsx";
import { useActions } from "../shell/shortcuts.ts";
import { tabs, usePlace } from "./place.ts";

export function useThreadKeys(iterations: number): void {
  const { t } = useWords();
  const { iteration, blind, goTo } = usePlace();
  useActions(
    useMemo(() => {
      const at = iteration ?? iterations;
      const step = (by: number) => () =>
        iterations > 0 && goTo({ iteration: Math.min(iterations, Math.max(1, at + by)), model: null });
      return [
        ...tabs.map((tab, place) => ({
          label: t(`thread.${tab}`),
          keys: [String(place + 1)],
          run: () => goTo({ tab }),
        })),
        { label: t("thread.previousIteration"), keys: ["["], run: step(-1) },
        { label: t("thread.nextIteration"), keys: ["]"], run: step(1) },
        { label: t(blind ? "thread.alias.show" : "critique.blind"), keys: [], run: () => goTo({ blind: !blind }) },
        { label: t("thread.changes"), keys: ["d", "D"], run: () => goTo({ tab: "versions" }) },
      ];
    }, [iteration, iterations, blind, goTo, t]),
  );
}
