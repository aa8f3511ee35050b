/** How the critique is shown: as a table or a list, by version or by criterion, with or without names. */
import { EyeOff, List, Table2 } from "lucide-react";
import { useWords } from "../i18n/words.tsx";
import { usePlace } from "../thread/place.ts";
import { type Measure, measures } from "./scores.ts";

export type Look = {
  /** null: as the width asks. */
  as: "table" | "list" | null;
  by: "version" | "criterion";
  measure: Measure;
};

type Props = { look: Look; asList: boolean; onChange: (look: Look) => void };

export function Controls({ look, asList, onChange }: Props) {
  const { t, word } = useWords();
  const { blind, goTo } = usePlace();
  const { by, measure } = look;
  return (
    <div className="critique-controls">
      <fieldset className="critique-switch">
        <legend className="hidden-text">{t("critique.columns")}</legend>
        {(["version", "criterion"] as const).map((one) => (
          <button
            key={one}
            type="button"
            className="button small"
            aria-pressed={by === one}
            onClick={() => onChange({ ...look, by: one, measure: "overall" })}
          >
            {word("critique.by", one)}
          </button>
        ))}
      </fieldset>
      {by === "version" && (
        <select
          className="input critique-measure"
          aria-label={t("critique.measure")}
          value={measure}
          onChange={({ target }) => onChange({ ...look, measure: target.value as Measure })}
        >
          {measures.map((one) => (
            <option key={one} value={one}>
              {one === "overall" ? t("critique.overall") : word("criterion", one)}
            </option>
          ))}
        </select>
      )}
      <span className="critique-gap" />
      <button
        type="button"
        className="button small"
        aria-pressed={blind}
        aria-label={t("critique.blind")}
        title={t("critique.blindTitle")}
        onClick={() => goTo({ blind: !blind })}
      >
        <EyeOff aria-hidden="true" />
        <span className="critique-label">{t("critique.blind")}</span>
      </button>
      <fieldset className="critique-switch">
        <legend className="hidden-text">{t("critique.look")}</legend>
        <LookButton name={t("critique.asTable")} on={!asList} onClick={() => onChange({ ...look, as: "table" })}>
          <Table2 aria-hidden="true" />
        </LookButton>
        <LookButton name={t("critique.asList")} on={asList} onClick={() => onChange({ ...look, as: "list" })}>
          <List aria-hidden="true" />
        </LookButton>
      </fieldset>
    </div>
  );
}

type LookProps = { name: string; on: boolean; onClick: () => void; children: React.ReactNode };

function LookButton({ name, on, onClick, children }: LookProps) {
  return (
    <button
      type="button"
      className="button small icon"
      aria-pressed={on}
      aria-label={name}
      title={name}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
