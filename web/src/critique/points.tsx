/** Points of criticism: what, where in the answer, how to mend it, and what the author made of it. */
import { CircleCheck, CircleDashed, CircleX, Quote } from "lucide-react";
import { useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { Model } from "../ui/parts.tsx";
import type { Chosen } from "./highlight.ts";
import { fates, noFilter, type PointFilter, passes, type Said, severities } from "./said.ts";
import { Severity, Suggestion } from "./said-point.tsx";

export type PointProps = {
  /** Those quotes that stand in the answer. */
  quoted: ReadonlySet<string>;
  chosen: Chosen | null;
  onChoose: (chosen: Chosen) => void;
  /** Whether it is said whose point it is. */
  named: boolean;
};

export function Points({ points, ...rest }: PointProps & { points: readonly Said[] }) {
  const { t } = useWords();
  const [filter, setFilter] = useState(noFilter);
  const shown = points.filter((point) => passes(point, filter));
  if (points.length === 0) return <p className="critique-soft">{t("critique.noPoints")}</p>;
  return (
    <>
      {points.length > 1 && <Filters points={points} filter={filter} onChange={setFilter} />}
      {shown.length === 0 && <p className="critique-soft">{t("critique.noneOfThese")}</p>}
      <ul className="plain critique-points">
        {shown.map((point) => (
          <PointItem key={point.key} point={point} {...rest} />
        ))}
      </ul>
    </>
  );
}

type FilterProps = { points: readonly Said[]; filter: PointFilter; onChange: (filter: PointFilter) => void };

function Filters({ points, filter, onChange }: FilterProps) {
  const { t, word } = useWords();
  const counted = (part: Partial<PointFilter>) =>
    points.filter((point) => passes(point, { ...noFilter, ...part })).length;
  return (
    <div className="critique-filters">
      <select
        className="input"
        aria-label={t("critique.bySeverity")}
        value={filter.severity}
        onChange={({ target }) => onChange({ ...filter, severity: target.value as PointFilter["severity"] })}
      >
        <option value="all">{t("critique.anySeverity")}</option>
        {severities.map((severity) => (
          <option key={severity} value={severity}>
            {`${word("severity", severity)} (${counted({ severity })})`}
          </option>
        ))}
      </select>
      <select
        className="input"
        aria-label={t("critique.byFate")}
        value={filter.fate}
        onChange={({ target }) => onChange({ ...filter, fate: target.value as PointFilter["fate"] })}
      >
        <option value="all">{t("critique.anyFate")}</option>
        {fates.map((fate) => (
          <option key={fate} value={fate}>
            {`${word("critique.fate", fate)} (${counted({ fate })})`}
          </option>
        ))}
      </select>
    </div>
  );
}

function PointItem({ point, quoted, chosen, onChoose, named }: Omit<PointProps, "points"> & { point: Said }) {
  const { t, word } = useWords();
  const { severity, criterion, quote, suggestion, by, key } = point;
  return (
    <li className="critique-point" data-chosen={chosen?.key === key}>
      <div className="critique-point-head">
        <Severity severity={severity} />
        <span>{word("criterion", criterion)}</span>
        {named && (
          <span className="critique-by">
            {by.map((model) => (
              <Model key={model} name={model} bare />
            ))}
          </span>
        )}
      </div>
      <p dir="auto">{point.point}</p>
      {quote !== "" && quoted.has(quote) && (
        <button type="button" className="critique-quote" onClick={() => onChoose({ key, quote })}>
          <Quote className="critique-icon" aria-hidden="true" />
          <span dir="auto">{quote}</span>
          <span className="hidden-text">{t("critique.showQuote")}</span>
        </button>
      )}
      {quote !== "" && !quoted.has(quote) && (
        <div className="critique-quote" data-missing>
          <Quote className="critique-icon" aria-hidden="true" />
          <span dir="auto">{quote}</span>
          <span className="critique-missing">{t("critique.notInAnswer")}</span>
        </div>
      )}
      <Suggestion text={suggestion} />
      <FateLine point={point} />
    </li>
  );
}

const fateIcons = { accepted: CircleCheck, disputed: CircleX, open: CircleDashed, unread: CircleDashed };

function FateLine({ point }: { point: Pick<Said, "fate" | "improvement" | "justification" | "reason"> }) {
  const { word } = useWords();
  const { fate, improvement, justification, reason } = point;
  const Icon = fateIcons[fate];
  return (
    <div className="critique-fate" data-fate={fate}>
      <Icon className="critique-icon" aria-hidden="true" />
      <div>
        <strong className="critique-tinted">{word("critique.fate", fate)}</strong>
        {improvement && <p dir="auto">{improvement}</p>}
        {justification && (
          <p className="critique-soft" dir="auto">
            {justification}
          </p>
        )}
        {reason && <p dir="auto">{reason}</p>}
      </div>
    </div>
  );
}
