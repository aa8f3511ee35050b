/** The scores as nested lists, for narrow screens and for whoever reads line by line: the same as the table. */
import "./list.css";
import { CircleX, Star } from "lucide-react";
import type { ReactNode } from "react";
import { useWords } from "../i18n/words.tsx";
import { Model, Score, Spinner } from "../ui/parts.tsx";
import type { Select, Selection } from "./matrix.tsx";
import type { Cell, Column, Line, Matrix } from "./scores.ts";
import { useColumnName, useLean } from "./wording.ts";

type Props = {
  matrix: Matrix;
  by: "version" | "criterion";
  selected: Selection;
  onSelect: Select;
  /** The chosen judgement: it stands under its score. */
  panel: ReactNode;
};

export function ScoreList({ matrix: { columns, lines }, by, selected, onSelect, panel }: Props) {
  const { t } = useWords();
  return (
    <div className="critique-list">
      <ul className="plain">
        {columns.map((column, at) => (
          <li key={`${column.iteration} ${column.measure}`} className="critique-group">
            <GroupHead column={column} by={by} />
            <ul className="plain">
              {lines.flatMap(({ cells: { [at]: cell } }) =>
                cell ? [<Entry key={cell.model} {...{ cell, selected, onSelect, panel }} />] : [],
              )}
            </ul>
          </li>
        ))}
      </ul>
      <section className="critique-group">
        <h2>{t("critique.critics")}</h2>
        <ul className="plain">
          {lines.map((line) => (
            <Leaning key={line.model} line={line} />
          ))}
        </ul>
      </section>
    </div>
  );
}

function GroupHead({ column, by }: { column: Column; by: Props["by"] }) {
  const { t, gain, score, percent } = useWords();
  const nameFor = useColumnName(by);
  return (
    <header>
      <h2>{nameFor(column)}</h2>
      {by === "version" && column.best && (
        <span title={t("critique.best")}>
          <Star className="critique-star" aria-hidden="true" />
          <span className="hidden-text">{t("critique.best")}</span>
        </span>
      )}
      {column.weight !== null && by === "criterion" && (
        <span className="critique-soft">{t("critique.weighs", { share: percent(column.weight) })}</span>
      )}
      <span className="critique-gap" />
      {column.gain !== null && column.gainOver !== null && (
        <span className="critique-soft" title={t("critique.over", { n: column.gainOver })}>
          {gain(column.gain)}
          <span className="hidden-text"> {t("critique.over", { n: column.gainOver })}</span>
        </span>
      )}
      {column.spread !== null && (
        <span className="critique-soft">{t("critique.spreadOf", { points: score(column.spread) })}</span>
      )}
      <Score value={column.median} title={t("critique.median")} />
    </header>
  );
}

type EntryProps = Pick<Props, "selected" | "onSelect" | "panel"> & { cell: Cell };

function Entry({ cell, selected, onSelect, panel }: EntryProps) {
  const chosen =
    cell.model === selected.model && cell.iteration === selected.iteration && cell.measure === selected.measure;
  return (
    <li>
      <button
        type="button"
        className="critique-entry"
        aria-expanded={chosen}
        onClick={() => onSelect(chosen ? { ...cell, model: null } : cell)}
      >
        <Model name={cell.model} />
        <span className="critique-gap" />
        <State cell={cell} />
      </button>
      {chosen && <div className="critique-in-place">{panel}</div>}
    </li>
  );
}

function State({ cell: { state, value } }: { cell: Cell }) {
  const { word } = useWords();
  if (value !== null) return <Score value={value} />;
  return (
    <span className="critique-soft critique-state" data-state={state}>
      {state === "running" && <Spinner />}
      {state === "failed" && <CircleX className="critique-icon" aria-hidden="true" />}
      {word("critique.state", state)}
    </span>
  );
}

function Leaning({ line: { model, mean, spread, lean } }: { line: Line }) {
  const { t, score } = useWords();
  const say = useLean();
  const facts = [
    mean === null ? null : t("critique.meanOf", { points: score(mean) }),
    spread === null ? null : t("critique.spreadOf", { points: score(spread) }),
    lean === null ? null : say(lean),
  ];
  return (
    <li className="critique-leaning">
      <Model name={model} />
      <span className="critique-soft">{facts.filter((fact) => fact !== null).join(" · ") || "–"}</span>
    </li>
  );
}
