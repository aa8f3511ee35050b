/** Weights that add up to 1 in each row, with the sum as one types. */
import { useId } from "react";
import { useWords } from "../i18n/words.tsx";
import { isWithin } from "../ui/numbers.ts";
import { isWhole, sumOf } from "./algorithm-form.ts";

type Props = {
  title: string;
  hint: string;
  rows: readonly string[];
  columns: readonly string[];
  weights: Readonly<Record<string, Readonly<Record<string, string>>>>;
  nameRow: (row: string) => string;
  nameColumn: (column: string) => string;
  onChange: (row: string, column: string, text: string) => void;
};

export function Weights({ title, hint, rows, columns, weights, nameRow, nameColumn, onChange }: Props) {
  const { t } = useWords();
  const id = useId();
  return (
    <section className="settings-weights" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p className="settings-small">{hint}</p>
      <div className="scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col" className="number">
                {t("settings.sum")}
              </th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {nameColumn(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row}>
                <th scope="row">
                  <span className="settings-row">
                    {nameRow(row)}
                    <Sum row={weights[row] ?? {}} />
                  </span>
                </th>
                {columns.map((column) => (
                  <td key={column}>
                    <Weight
                      label={`${nameRow(row)}: ${nameColumn(column)}`}
                      text={weights[row]?.[column] ?? ""}
                      onChange={(text) => onChange(row, column, text)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Weight({ label, text, onChange }: { label: string; text: string; onChange: (text: string) => void }) {
  return (
    <input
      className="input settings-weight"
      inputMode="decimal"
      aria-label={label}
      aria-invalid={isWithin(text, 0, 1) ? undefined : true}
      value={text}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

function Sum({ row }: { row: Readonly<Record<string, string>> }) {
  const { t, language } = useWords();
  const sum = sumOf(row);
  const fits = isWhole(sum);
  const shown = sum === null ? "?" : new Intl.NumberFormat(language, { minimumFractionDigits: 2 }).format(sum);
  return (
    <output className="settings-sum" data-tone={fits ? "good" : "bad"}>
      {shown}
      {!fits && <span className="hidden-text"> {t("settings.mustBeOne")}</span>}
    </output>
  );
}
