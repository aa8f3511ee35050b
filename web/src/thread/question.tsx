/** The question of a thread; a long one is cut until more of it is wanted. */
import { useId, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { Scroll } from "./scroll.tsx";
import { useMedia } from "./use-media.ts";

/** About what fits on three lines of a wide page, and of a phone's. */
const LONG = { wide: 240, narrow: 90 };
/** More than this is folded away whole while it is not wanted: it is not even laid out. */
const SHOWN = 700;

const isLong = (prompt: string, most: number): boolean => prompt.length > most || prompt.split("\n", 4).length > 3;

export function Question({ prompt, context }: { prompt: string; context: string | null }) {
  const { t, count } = useWords();
  const [whole, setWhole] = useState(false);
  const id = useId();
  const narrow = useMedia("(width < 700px)");
  const long = isLong(prompt, narrow ? LONG.narrow : LONG.wide);
  return (
    <div className="thread-question">
      {whole ? (
        <Scroll className="thread-whole" label={t("thread.question")}>
          <h1 id={id} dir="auto">
            {prompt}
          </h1>
        </Scroll>
      ) : (
        <h1 id={id} data-long={long} dir="auto">
          {prompt.slice(0, SHOWN)}
        </h1>
      )}
      {long && (
        <button
          type="button"
          className="button quiet small"
          aria-expanded={whole}
          aria-controls={id}
          onClick={() => setWhole(!whole)}
        >
          {whole ? t("thread.showLess") : t("thread.showAll", { length: count(prompt.length) })}
        </button>
      )}
      {context !== null && context !== "" && (
        <details className="thread-context">
          <summary>{t("thread.context", { length: count(context.length) })}</summary>
          <Scroll className="thread-context-text" label={t("thread.contextName")}>
            <div dir="auto">{context}</div>
          </Scroll>
        </details>
      )}
    </div>
  );
}
