/** What is looked at in a thread's critique: a version, and one critic's judgement of it or everybody's points. */
import { useCallback, useMemo, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { useActions } from "../shell/shortcuts.ts";
import { useThreadPage } from "../thread/context.ts";
import { usePlace } from "../thread/place.ts";
import { isOver } from "../thread/view.ts";
import type { Chosen } from "./highlight.ts";
import { quotedIn } from "./quotes.ts";
import { saidBy, saidByAll } from "./said.ts";
import { judgementOf } from "./scores.ts";

/** Where the focus was when the judgement was opened: in the table or in the list. */
const CHOSEN = '.critique-cell[tabindex="0"], .critique-entry[aria-expanded="true"]';

type Place = { iteration: number | null; model: string | null };

/** null: no version is there yet. */
export function useInspected({ iteration: number, model }: Place) {
  const { view } = useThreadPage();
  const { iterations } = view;
  const over = isOver(view);
  const [chosen, setChosen] = useState<(Chosen & { of: string }) | null>(null);
  const onClose = useClosing(model);
  const known = useMemo(() => {
    const iteration = iterations.find((one) => one.number === number);
    if (!iteration?.version) return null;
    const { version } = iteration;
    const judgement = model === null ? null : judgementOf({ iterations }, iteration.number, model);
    const answered = over || iterations.some((one) => one.number > iteration.number && one.version !== null);
    const all = saidByAll(iteration, answered);
    const points = model === null ? all : judgement ? saidBy(iteration, judgement, answered) : [];
    const quotes = points.map(({ quote }) => quote).filter((quote) => quote !== "");
    return { iteration, version, judgement, points, quotes, quoted: quotedIn(version.text, quotes) };
  }, [iterations, number, model, over]);
  const of = `${number} ${model}`;
  const current = chosen?.of === of ? chosen : null;
  const onChoose = useCallback((next: Chosen) => setChosen({ ...next, of }), [of]);
  if (!known) return null;
  const { iteration, version, quotes, ...panel } = known;
  return {
    panel: { ...panel, iteration, model, chosen: current, onChoose, onClose },
    answer: { iteration, version, quotes, chosen: current },
  };
}

/** By its button or Escape: the focus goes back to the score. */
function useClosing(model: string | null): () => void {
  const { t } = useWords();
  const { goTo } = usePlace();
  const close = useCallback(() => {
    goTo({ model: null });
    document.querySelector<HTMLElement>(CHOSEN)?.focus({ preventScroll: true });
  }, [goTo]);
  useActions(
    useMemo(
      () => (model === null ? [] : [{ label: t("critique.closePanel"), keys: ["Escape"], run: close }]),
      [model, t, close],
    ),
  );
  return close;
}
