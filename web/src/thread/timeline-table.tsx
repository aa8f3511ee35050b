/** The lanes of a thread's course as a table: a row for each model, a column for each step; arrow keys go through its cells. */
import { Check, CircleDashed, Minus, PenLine, Star, X } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { useWords, type Words } from "../i18n/words.tsx";
import { Model, Score, Spinner, useModelName } from "../ui/parts.tsx";
import { courseStep } from "./course-keys.ts";
import { ticked, useNow } from "./elapsed.tsx";
import type { Cell, CellState, Column, Course, IterationHead, Lane } from "./lanes.ts";
import type { GoTo } from "./place.ts";

type Props = { course: Course; goTo: GoTo };

export function CourseTable({ course: { columns, lanes, heads }, goTo }: Props) {
  const { t } = useWords();
  const [at, setAt] = useState("");
  const keys = lanes.flatMap(({ model, cells }) => cells.flatMap((cell, col) => (cell ? [`${model}/${col}`] : [])));
  const reached = keys.includes(at) ? at : keys[0];
  return (
    <table
      className="course-table"
      style={{ "--steps": columns.length - 1 } as Record<string, number>}
      onKeyDown={step}
    >
      <caption className="hidden-text">{t("thread.courseCaption")}</caption>
      <colgroup>
        <col className="course-col-model" />
        <col className="course-col-choose" />
      </colgroup>
      <thead>
        <tr>
          <th rowSpan={2} scope="col" className="course-corner">
            <span className="hidden-text">{t("thread.model")}</span>
          </th>
          <td />
          {heads.map((head) => (
            <IterationTitle key={head.number} head={head} />
          ))}
          <td />
        </tr>
        <tr>
          {columns.map((column) => (
            <th key={`${column.step}-${column.iteration}`} scope="col" className="course-step">
              {t(`thread.step.${column.step}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lanes.map((lane) => (
          <LaneRow key={lane.model} {...{ lane, columns, reached, goTo }} onReach={setAt} />
        ))}
        {lanes.length === 0 && <Waiting columns={columns.length} />}
      </tbody>
    </table>
  );
}

function IterationTitle({ head: { number, span, score, gain, gainOver, best } }: { head: IterationHead }) {
  const { t, gain: gained } = useWords();
  return (
    <th scope="colgroup" colSpan={span} className="course-iteration">
      <span className="course-iteration-line">
        {t("thread.iteration", { number })}
        {score !== null && <Score value={score} />}
        {best && score !== null && (
          <>
            <Star className="course-best" aria-hidden="true" />
            <span className="hidden-text">{t("thread.best")}</span>
          </>
        )}
        {gain !== null && gainOver !== null && (
          <span className="course-gain" title={t("thread.over", { number: gainOver })}>
            {gained(gain)}
            <span className="hidden-text">{t("thread.over", { number: gainOver })}</span>
          </span>
        )}
      </span>
    </th>
  );
}

/** As many rows as there will likely be, before it is known whose. */
function Waiting({ columns }: { columns: number }) {
  return [1, 2, 3, 4].map((row) => (
    <tr key={row}>
      <td>
        <span className="skeleton course-skeleton" />
      </td>
      <td colSpan={columns} />
    </tr>
  ));
}

type RowProps = {
  lane: Lane;
  columns: readonly Column[];
  reached: string | undefined;
  goTo: GoTo;
  onReach: (key: string) => void;
};

function LaneRow({ lane: { model, author, cells }, columns, reached, goTo, onReach }: RowProps) {
  const { t } = useWords();
  return (
    <tr>
      <th scope="row">
        <Model name={model} />
        {author && (
          <span className="course-role" title={t("thread.author")}>
            <PenLine aria-hidden="true" />
            <span className="hidden-text">{t("thread.author")}</span>
          </span>
        )}
      </th>
      {columns.map((column, col) => {
        const cell = cells[col];
        const key = `${model}/${col}`;
        return (
          <td key={`${column.step}-${column.iteration}`}>
            {cell && (
              <CellButton
                {...{ cell, column, model }}
                reached={key === reached}
                onReach={() => onReach(key)}
                onGo={() => goTo(placeOf(column, model))}
              />
            )}
          </td>
        );
      })}
    </tr>
  );
}

function placeOf({ step, iteration }: Column, model: string): Parameters<GoTo>[0] {
  if (step === "judge") return { tab: "critiques", iteration, model };
  if (step === "answer" || step === "refine") return { tab: "versions", iteration, model: null };
  return { tab: step === "done" ? "answer" : "log", iteration: null, model: null };
}

const icons = { queued: CircleDashed, running: CircleDashed, done: Check, failed: X, skipped: Minus, unasked: Minus };

type CellProps = {
  cell: Cell;
  column: Column;
  model: string;
  reached: boolean;
  onReach: () => void;
  onGo: () => void;
};

function CellButton({ cell, column, model, reached, onReach, onGo }: CellProps) {
  const words = useWords();
  const nameFor = useModelName();
  const { t, score } = words;
  const state = t(`thread.state.${cell.state}`);
  const shown = textOf(cell, words);
  const name = [
    nameFor(model),
    column.iteration > 0 ? t("thread.iteration", { number: column.iteration }) : "",
    t(`thread.step.${column.step}`),
    state,
  ];
  return (
    <button
      type="button"
      className="course-cell"
      data-state={cell.state}
      tabIndex={reached ? 0 : -1}
      title={state}
      onFocus={onReach}
      onClick={onGo}
    >
      <span className="course-bar" />
      <span className="hidden-text">{name.filter((part) => part !== "").join(", ")}: </span>
      <span className="course-text">
        <StateMark state={cell.state} />
        {cell.score !== null && <strong>{score(cell.score)}</strong>}
        {cell.state === "running" && cell.startedAt ? <Running since={cell.startedAt} /> : shown}
        {cell.state === "unasked" && <span aria-hidden="true">{state}</span>}
      </span>
    </button>
  );
}

function StateMark({ state }: { state: CellState }) {
  const Icon = icons[state];
  return state === "running" ? <Spinner /> : <Icon aria-hidden="true" />;
}

const textOf = ({ time, cost, score }: Cell, { duration, money }: Words): string =>
  time === null ? (cost === null || score !== null ? "" : money(cost)) : duration(time);

function Running({ since }: { since: string }) {
  const words = useWords();
  return ticked(useNow(true) - Date.parse(since), words);
}

function step(event: KeyboardEvent<HTMLTableElement>): void {
  const cell = (event.target as HTMLElement).closest("td");
  const line = cell?.parentElement as HTMLTableRowElement | null | undefined;
  if (!cell || !line || event.altKey) return;
  const rows = [...(event.currentTarget.tBodies[0]?.rows ?? [])];
  const there = rows.map(({ cells }) => [...cells].flatMap((one, at) => (one.querySelector("button") ? [at] : [])));
  const from = { row: line.sectionRowIndex, column: cell.cellIndex };
  const to = courseStep(event.key, event.ctrlKey || event.metaKey, from, there);
  if (!to) return;
  event.preventDefault();
  rows[to.row]?.cells[to.column]?.querySelector("button")?.focus();
}
