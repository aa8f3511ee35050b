/** The scores by iteration: the line they took, each critic's own, the threshold; or the same as a table. */
import "./chart.css";
import { criteria } from "@orchestratex/sdk/lists";
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { isOver } from "../thread/view.ts";
import { Model, Notice } from "../ui/parts.tsx";
import { Plot } from "./plot.tsx";
import { ScoreTable } from "./score-table.tsx";
import { type Measure, type Round, roundsOf } from "./scores.ts";

export function Chart() {
  const { t } = useWords();
  const { view } = useThreadPage();
  const [measure, setMeasure] = useState<Measure>("overall");
  const [asTable, setAsTable] = useState(false);
  const rounds = useMemo(() => roundsOf(view.iterations, measure), [view.iterations, measure]);
  const critics = [...new Set(rounds.flatMap(({ dots }) => dots.map(({ model }) => model)))];
  const threshold = measure === "overall" ? (view.start?.quality_threshold ?? null) : null;
  const unjudged = critics.length === 0 && isOver(view);
  return (
    <section className="versions-part">
      <div className="versions-head">
        <h2>{t("versions.scores")}</h2>
        {!unjudged && (
          <div className="actions">
            <MeasureChoice measure={measure} onChange={setMeasure} />
            <button
              type="button"
              className="button quiet small"
              aria-pressed={asTable}
              onClick={() => setAsTable(!asTable)}
            >
              {t("versions.asTable")}
            </button>
          </div>
        )}
      </div>
      {unjudged ? (
        <Notice>{t("versions.notJudged")}</Notice>
      ) : asTable ? (
        <ScoreTable rounds={rounds} critics={critics} threshold={threshold} />
      ) : (
        <Drawn rounds={rounds} threshold={threshold} critics={critics} />
      )}
      <Stop />
    </section>
  );
}

function MeasureChoice({ measure, onChange }: { measure: Measure; onChange: (measure: Measure) => void }) {
  const { t, word } = useWords();
  const id = useId();
  return (
    <div className="versions-choice">
      <label htmlFor={id}>{t("versions.criterion")}</label>
      <select
        id={id}
        className="input small"
        value={measure}
        onChange={({ target }) => onChange(target.value as Measure)}
      >
        <option value="overall">{t("versions.overall")}</option>
        {criteria.map((name) => (
          <option key={name} value={name}>
            {word("criterion", name)}
          </option>
        ))}
      </select>
    </div>
  );
}

type DrawnProps = { rounds: readonly Round[]; threshold: number | null; critics: readonly string[] };

function Drawn({ rounds, threshold, critics }: DrawnProps) {
  const { t, score, list } = useWords();
  const told = rounds.map(({ iteration, score: value }) =>
    t("versions.roundAlt", { number: iteration, score: value === null ? t("common.noScore") : score(value) }),
  );
  const alt = t("versions.scoresAlt", {
    rounds: list(told),
    threshold: threshold === null ? t("common.none") : score(threshold),
  });
  return (
    <figure className="versions-chart">
      <Wide>{(width) => <Plot rounds={rounds} threshold={threshold} width={width} label={alt} />}</Wide>
      <figcaption>
        <span className="versions-key">
          <span className="versions-key-line" aria-hidden="true" />
          {t("versions.median")}
        </span>
        {critics.map((name) => (
          <Model key={name} name={name} />
        ))}
      </figcaption>
    </figure>
  );
}

/** Hands its width to what it holds: text in a picture that is scaled would not keep its size. */
function Wide({ children }: { children: (width: number) => ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const place = box.current;
    if (!place) return;
    const observer = new ResizeObserver(() => setWidth(place.clientWidth));
    observer.observe(place);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} className="versions-plot">
      {width > 0 && children(width)}
    </div>
  );
}

/** Why it ended: in our words, and the server's own sentence. */
function Stop() {
  const { t, word } = useWords();
  const { view } = useThreadPage();
  if (!isOver(view)) return <p className="versions-stop">{t("versions.running")}</p>;
  const reason = view.finish?.stop_reason ?? null;
  return (
    <p className="versions-stop">
      {reason === null ? t("versions.failed") : t("versions.stopped", { reason: word("stop", reason) })}
    </p>
  );
}
