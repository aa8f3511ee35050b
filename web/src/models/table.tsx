/** The models as a table, in groups by what can be done with them. */
import type { ModelTest } from "@orchestratex/sdk/contract";
import { ArrowDown, ArrowUp, ChevronDown, ChevronRight, KeyRound } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { useIntegrations } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { type Column, columns, type Group, groupsOf, type Row, type Sort } from "./groups.ts";
import { ModelRow } from "./row.tsx";

/** With those for the switch and the test. */
const WIDTH = columns.length + 2;

type Props = { rows: readonly Row[]; sort: Sort; onSort: (sort: Sort) => void; searching: boolean };

export function ModelTable({ rows, sort, onSort, searching }: Props) {
  const { t } = useWords();
  const groups = groupsOf(rows, sort);
  const [results, setResults] = useState<Results>({});
  const note = (name: string, result: ModelTest | undefined) => setResults((before) => ({ ...before, [name]: result }));
  return (
    <div className="models-list">
      <div className="scroll models-scroll">
        <table className="table models-table">
          <caption className="hidden-text">{t("shell.models")}</caption>
          <thead>
            <tr className="models-heads">
              {columns.map((column) => (
                <SortHead key={column} column={column} sort={sort} onSort={onSort} />
              ))}
              <th scope="col">{t("models.on")}</th>
              <th scope="col">
                <span className="hidden-text">{t("models.test")}</span>
              </th>
            </tr>
          </thead>
          {groups.map((group) => (
            <GroupBody key={`${group.name} ${group.provider}`} {...{ group, searching, results }} onResult={note} />
          ))}
        </table>
      </div>
    </div>
  );
}

type HeadProps = { column: Column; sort: Sort; onSort: (sort: Sort) => void };

function SortHead({ column, sort, onSort }: HeadProps) {
  const { t } = useWords();
  const here = sort.by === column;
  const Icon = sort.down ? ArrowDown : ArrowUp;
  const isText = column === "name" || column === "status";
  return (
    <th
      scope="col"
      className={isText ? undefined : "number"}
      aria-sort={here ? (sort.down ? "descending" : "ascending") : undefined}
    >
      <button
        type="button"
        className="models-sort"
        title={t(`models.${column}Hint`)}
        onClick={() => onSort({ by: column, down: here && !sort.down })}
      >
        {t(`models.${column}`)}
        {here && <Icon aria-hidden="true" />}
      </button>
    </th>
  );
}

type Results = Readonly<Record<string, ModelTest | undefined>>;

type BodyProps = {
  group: Group;
  searching: boolean;
  results: Results;
  onResult: (name: string, result: ModelTest | undefined) => void;
};

/** Those without a key are many: they are folded until somebody asks for them. */
function GroupBody({ group, searching, results, onResult }: BodyProps) {
  const { t } = useWords();
  const { name, provider, rows } = group;
  const [folded, setFolded] = useState(name === "key");
  const shown = searching || !folded;
  const Icon = shown ? ChevronDown : ChevronRight;
  return (
    <tbody data-group={name}>
      <tr className="models-group">
        <th scope="rowgroup" colSpan={WIDTH}>
          <div className="models-group-line">
            <button
              type="button"
              className="models-fold"
              aria-expanded={shown}
              onClick={() => setFolded(!folded)}
              disabled={searching}
            >
              <Icon aria-hidden="true" />
              {provider === null ? t(`models.group.${name}`) : <KeyGroupTitle provider={provider} />}
              <span className="models-count">{rows.length}</span>
            </button>
            {provider !== null && (
              <Link href={`/settings/keys?at=${encodeURIComponent(provider)}`} className="button small">
                <KeyRound aria-hidden="true" />
                {t("models.addKey")}
              </Link>
            )}
          </div>
        </th>
      </tr>
      {shown &&
        rows.map((row) => (
          <ModelRow
            key={row.profile.model_name}
            row={row}
            width={WIDTH}
            result={results[row.profile.model_name]}
            onResult={(result) => onResult(row.profile.model_name, result)}
          />
        ))}
    </tbody>
  );
}

function KeyGroupTitle({ provider }: { provider: string }) {
  const { t } = useWords();
  const { data = [] } = useIntegrations();
  const title = data.find(({ name }) => name === provider)?.title ?? provider;
  return <span>{t("models.needsKey", { provider: title })}</span>;
}
