/** How careful: four modes, each with who judges and how many iterations by the settings of now. */
import type { ReactNode } from "react";
import { useSettings } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { type Mode, modes, planOf } from "./form.ts";

type Props = { value: Mode; onChange: (mode: Mode) => void; legend: ReactNode; more?: (mode: Mode) => ReactNode };

export function Modes({ value, onChange, legend, more }: Props) {
  const { t } = useWords();
  return (
    <fieldset className="ask-modes">
      <legend className="ask-label">{legend}</legend>
      {modes.map((mode) => (
        <label key={mode} className="pick ask-mode">
          <input
            type="radio"
            name="mode"
            className="hidden-text"
            checked={mode === value}
            onChange={() => onChange(mode)}
          />
          <strong>{t(`mode.${mode}`)}</strong>
          <span className="ask-plan">
            <Plan mode={mode} />
          </span>
          {more?.(mode)}
        </label>
      ))}
    </fieldset>
  );
}

function Plan({ mode }: { mode: Mode }) {
  const { t } = useWords();
  const { data } = useSettings();
  if (mode === "auto") return t("ask.autoPlan");
  const plan = data && planOf(mode, data);
  if (!plan) return " ";
  if (plan.evaluators === 0) return `${t("ask.oneAnswer")}, ${t("ask.noJudges")}`;
  return `${t("ask.judges", { count: plan.evaluators })}, ${t("ask.iterations", { count: plan.iterations })}`;
}
