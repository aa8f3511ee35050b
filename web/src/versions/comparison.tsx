/** Two versions beside each other: which, how they are laid out, and what changed. */
import "./diff.css";
import { useEffect, useId, useMemo, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { Notice, Skeleton } from "../ui/parts.tsx";
import { CauseLists } from "./cause-lists.tsx";
import { causesOf } from "./causes.ts";
import { type Compared, compare } from "./compare.ts";
import { Diff, type Layout } from "./diff.tsx";
import { pointsBetween } from "./lineage.ts";
import type { Written } from "./versions.tsx";

type Props = {
  written: readonly Written[];
  from: Written | null;
  to: Written;
  onFrom: (iteration: number) => void;
  onTo: (iteration: number) => void;
};

export function Comparison({ written, from, to, onFrom, onTo }: Props) {
  const { t } = useWords();
  const [layout, setLayout] = useState<Layout>("inline");
  if (from === null)
    return (
      <section className="versions-part">
        <h2>{t("versions.changes")}</h2>
        <p className="versions-quiet">{t("versions.onlyOne")}</p>
      </section>
    );
  return (
    <section className="versions-part">
      <div className="versions-head">
        <h2>{t("versions.changes")}</h2>
        <div className="actions">
          <Pick
            label={t("versions.from")}
            written={written.filter(({ number }) => number !== to.number)}
            value={from.number}
            onChange={onFrom}
          />
          <Pick label={t("versions.to")} written={written} value={to.number} onChange={onTo} />
          <Layouts layout={layout} onChange={setLayout} />
        </div>
      </div>
      <Between from={from} to={to} layout={layout} />
    </section>
  );
}

type PickProps = {
  label: string;
  written: readonly Written[];
  value: number;
  onChange: (iteration: number) => void;
};

function Pick({ label, written, value, onChange }: PickProps) {
  const { t, score } = useWords();
  const id = useId();
  return (
    <div className="versions-choice">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="input small" value={value} onChange={({ target }) => onChange(Number(target.value))}>
        {written.map(({ number, score: points }) => (
          <option key={number} value={number}>
            {t("versions.iterationN", { number })}
            {points === null ? "" : ` · ${score(points)}`}
          </option>
        ))}
      </select>
    </div>
  );
}

function Layouts({ layout, onChange }: { layout: Layout; onChange: (layout: Layout) => void }) {
  const { t } = useWords();
  return (
    <fieldset className="versions-layouts">
      <legend className="hidden-text">{t("versions.layout")}</legend>
      {(["inline", "columns"] as const).map((one) => (
        <button
          key={one}
          type="button"
          className="button small"
          aria-pressed={one === layout}
          onClick={() => onChange(one)}
        >
          {t(`versions.${one}`)}
        </button>
      ))}
    </fieldset>
  );
}

function Between({ from, to, layout }: { from: Written; to: Written; layout: Layout }) {
  const { t } = useWords();
  const { view, events } = useThreadPage();
  const [before, after] = [from.version.text, to.version.text];
  const compared = useCompared(before, after);
  const points = useMemo(
    () => pointsBetween(view, events, from.number, to.number),
    [view, events, from.number, to.number],
  );
  const causes = useMemo(
    () => (compared ? causesOf(before, compared.hunks, points ?? []) : null),
    [before, compared, points],
  );
  if (!compared || !causes) return <Skeleton lines={8} />;
  return (
    <>
      {compared.coarse && <Notice tone="fair">{t("versions.coarse")}</Notice>}
      {compared.hunks.length === 0 ? (
        <Notice>{t("versions.same")}</Notice>
      ) : (
        <Diff key={`${from.number} ${to.number}`} compared={compared} causes={causes.byHunk} layout={layout} />
      )}
      {points === null && (
        <p className="versions-quiet">{t("versions.unrelated", { from: from.number, to: to.number })}</p>
      )}
      <CauseLists causes={causes} />
    </>
  );
}

/** null: it is still being compared. */
function useCompared(from: string, to: string): Compared | null {
  const [done, setDone] = useState<{ from: string; to: string; compared: Compared } | null>(null);
  useEffect(() => {
    let wanted = true;
    void compare(from, to).then((compared) => wanted && setDone({ from, to, compared }));
    return () => {
      wanted = false;
    };
  }, [from, to]);
  return done && done.from === from && done.to === to ? done.compared : null;
}
