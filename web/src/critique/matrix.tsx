/** The scores as a grid: critics down, versions or criteria across; arrow keys go through it. */
import { CircleX, Star } from "lucide-react";
import { type KeyboardEvent, memo, type RefObject, useEffect, useRef, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { Model, Spinner, useModelName } from "../ui/parts.tsx";
import { toneOf } from "../ui/tones.ts";
import { Edged } from "./edged.tsx";
import { type GridPlace, stepped } from "./grid-keys.ts";
import { MatrixFoot } from "./matrix-foot.tsx";
import type { Cell, Column, Line, Matrix } from "./scores.ts";
import { useColumnName, useLean } from "./wording.ts";

export type Selection = { iteration: number | null; model: string | null; measure: Cell["measure"] };
export type Select = (cell: Pick<Cell, "iteration" | "measure"> & { model: string | null }) => void;

/** Its cells are walked through by arrow keys, which a plain table's are not. */
const grid = { role: "grid" };
const gridCell = (chosen: boolean) => ({ role: "gridcell", "aria-selected": chosen });

type Props = { matrix: Matrix; by: "version" | "criterion"; caption: string; selected: Selection; onSelect: Select };

/** Row 0 is the head. */
export const MatrixTable = memo(function MatrixTable({ matrix, by, caption, selected, onSelect }: Props) {
  const { t } = useWords();
  const table = useRef<HTMLTableElement>(null);
  const { columns, lines } = matrix;
  useCurrentInSight(table, by === "version" ? selected.iteration : selected.measure);
  const [active, setActive] = useState<GridPlace | null>(null);
  const roving =
    active && active.row <= lines.length && active.column < columns.length ? active : start(matrix, selected);
  const isRoving = (row: number, column: number) => row === roving.row && column === roving.column;
  return (
    <Edged className="scroll critique-scroll">
      <table
        ref={table}
        {...grid}
        className="table critique-matrix"
        data-by={by}
        onKeyDown={(event) => move(event, table.current, { rows: lines.length + 1, columns: columns.length })}
        onFocus={({ target }) => setActive(placeOf(target))}
      >
        <caption className="hidden-text">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t("critique.critic")}</th>
            {columns.map((column, at) => (
              <Head
                key={`${column.iteration} ${column.measure}`}
                {...{ column, at, by, roving: isRoving(0, at), onSelect }}
                current={
                  by === "version" ? column.iteration === selected.iteration : column.measure === selected.measure
                }
              />
            ))}
            {by === "version" && <th scope="col">{t("critique.mean")}</th>}
            <th scope="col">{t("critique.spread")}</th>
            <th scope="col" className="critique-lean">
              {t("critique.lean")}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, row) => (
            <Row key={line.model} {...{ line, row: row + 1, by, selected, onSelect, isRoving }} />
          ))}
        </tbody>
        <MatrixFoot columns={columns} by={by} />
      </table>
    </Edged>
  );
});

/** The grid scrolls within itself, so that the version that is looked at is seen. */
function useCurrentInSight(table: RefObject<HTMLTableElement | null>, current: number | string | null): void {
  useEffect(() => {
    const head = table.current?.querySelector<HTMLElement>(`th[data-current="${current}"]`);
    const [frame, names] = [table.current?.parentElement, table.current?.querySelector("th")];
    if (!head || !frame || !names) return;
    const start = head.offsetLeft - names.offsetWidth;
    const end = head.offsetLeft + head.offsetWidth - frame.clientWidth;
    if (frame.scrollLeft > start) frame.scrollLeft = start;
    else if (frame.scrollLeft < end) frame.scrollLeft = end;
  }, [table, current]);
}

/** The cell that is chosen, or the newest of the first critic. */
function start({ columns, lines }: Matrix, { model, iteration, measure }: Selection): GridPlace {
  const row = lines.findIndex((line) => line.model === model);
  const column = columns.findIndex((one) => one.iteration === iteration && one.measure === measure);
  return { row: row + 1 || Math.min(1, lines.length), column: Math.max(0, column) };
}

const placeOf = (target: Element): GridPlace | null => {
  const { row, column } = target.closest<HTMLElement>("[data-row]")?.dataset ?? {};
  return row === undefined ? null : { row: Number(row), column: Number(column) };
};

function move(event: KeyboardEvent, table: HTMLElement | null, size: { rows: number; columns: number }): void {
  const from = placeOf(event.target as Element);
  const to = from && !event.altKey ? stepped(event.key, event.ctrlKey || event.metaKey, from, size) : null;
  if (!to) return;
  event.preventDefault();
  table?.querySelector<HTMLElement>(`[data-row="${to.row}"][data-column="${to.column}"]`)?.focus();
}

type HeadProps = {
  column: Column;
  at: number;
  by: Props["by"];
  roving: boolean;
  current: boolean;
  onSelect: Select;
};

function Head({ column, at, by, roving, current, onSelect }: HeadProps) {
  const { t, percent } = useWords();
  const nameFor = useColumnName(by);
  return (
    <th
      scope="col"
      className="critique-head"
      data-current={current ? (by === "version" ? column.iteration : column.measure) : undefined}
    >
      <button
        type="button"
        data-row={0}
        data-column={at}
        tabIndex={roving ? 0 : -1}
        aria-pressed={current}
        onClick={() => onSelect({ iteration: column.iteration, measure: column.measure, model: null })}
      >
        <span>{nameFor(column)}</span>
        {by === "version" && column.best && (
          <>
            <Star className="critique-star" aria-hidden="true" />
            <span className="hidden-text">{t("critique.best")}</span>
          </>
        )}
        {column.weight !== null && by === "criterion" && (
          <span className="critique-weight" title={t("critique.weight")}>
            {percent(column.weight)}
          </span>
        )}
      </button>
    </th>
  );
}

type RowProps = {
  line: Line;
  row: number;
  by: Props["by"];
  selected: Selection;
  onSelect: Select;
  isRoving: (row: number, column: number) => boolean;
};

function Row({ line, row, by, selected, onSelect, isRoving }: RowProps) {
  const { score } = useWords();
  const lean = useLean();
  const number = (value: number | null) => (value === null ? "–" : score(value));
  return (
    <tr>
      <th scope="row">
        <Model name={line.model} />
      </th>
      {line.cells.map((cell, column) => (
        <ScoreCell
          key={`${cell.iteration} ${cell.measure}`}
          {...{ cell, row, column, by, roving: isRoving(row, column), onSelect }}
          chosen={
            cell.model === selected.model && cell.iteration === selected.iteration && cell.measure === selected.measure
          }
        />
      ))}
      {by === "version" && <td className="critique-end">{number(line.mean)}</td>}
      <td className="critique-end">{number(line.spread)}</td>
      <td className="critique-end">{lean(line.lean)}</td>
    </tr>
  );
}

type CellProps = {
  cell: Cell;
  row: number;
  column: number;
  by: Props["by"];
  roving: boolean;
  chosen: boolean;
  onSelect: Select;
};

function ScoreCell({ cell, row, column, by, roving, chosen, onSelect }: CellProps) {
  const { t, word, score } = useWords();
  const nameFor = useModelName();
  const columnName = useColumnName(by);
  const state = cell.value === null ? word("critique.state", cell.state) : score(cell.value);
  const label = { critic: nameFor(cell.model), column: columnName(cell), state };
  return (
    <td {...gridCell(chosen)}>
      <button
        type="button"
        className="critique-cell"
        data-row={row}
        data-column={column}
        data-tone={cell.value === null ? undefined : toneOf(cell.value)}
        data-state={cell.state}
        tabIndex={roving ? 0 : -1}
        aria-label={t("critique.cell", label)}
        title={state}
        aria-disabled={cell.state === "waiting"}
        onClick={() => cell.state !== "waiting" && onSelect(cell)}
      >
        <CellFace cell={cell} />
      </button>
    </td>
  );
}

function CellFace({ cell: { value, state } }: { cell: Cell }) {
  const { t, score } = useWords();
  if (value !== null) return score(value);
  if (state === "running") return <Spinner />;
  if (state !== "failed") return state === "waiting" ? "·" : "–";
  return (
    <>
      <CircleX className="critique-icon" aria-hidden="true" />
      {t("critique.failedCell")}
    </>
  );
}
