/** The versions, one below the other: who wrote them, what they are worth and what they cost. */
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { isOver } from "../thread/view.ts";
import { CopyButton } from "../ui/copy.tsx";
import { Model, Score, Tag } from "../ui/parts.tsx";
import { Restore } from "./restore.tsx";
import type { Written } from "./versions.tsx";

type Props = { written: readonly Written[]; shown: number; onShow: (iteration: number) => void };

export function VersionList({ written, shown, onShow }: Props) {
  const { t } = useWords();
  const { head, view, readOnly } = useThreadPage();
  const [asked, setAsked] = useState<Written | null>(null);
  const over = isOver(view);
  const final = over ? (view.finish?.best_response_id ?? null) : null;
  const standingOf = ({ number, version, best }: Written): Standing | null => {
    if (version.responseId !== final) return best ? (over ? "thread.best" : "versions.best") : null;
    return view.restored === number ? "thread.restored" : "versions.final";
  };
  const mayRestore = over && !readOnly && head.threadId !== null;
  return (
    <section className="versions-part">
      <h2>{t("versions.all")}</h2>
      <ol className="versions-list plain">
        {written.map((one) => (
          <li key={one.number} data-shown={one.number === shown}>
            <Row
              one={one}
              standing={standingOf(one)}
              onShow={onShow}
              onRestore={mayRestore && one.version.responseId !== final ? () => setAsked(one) : null}
            />
          </li>
        ))}
      </ol>
      {asked && head.threadId !== null && (
        <Restore
          threadId={head.threadId}
          version={asked.version}
          now={view.finish?.best_iteration ?? null}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}

type Standing = "versions.final" | "thread.restored" | "thread.best" | "versions.best";

type RowProps = {
  one: Written;
  standing: Standing | null;
  onShow: (iteration: number) => void;
  onRestore: (() => void) | null;
};

function Row({ one, standing, onShow, onRestore }: RowProps) {
  const { t } = useWords();
  const { number, version } = one;
  return (
    <article className="versions-row">
      <button
        type="button"
        className="versions-name"
        aria-label={t("versions.compareN", { number })}
        onClick={() => onShow(number)}
      >
        {t("versions.iterationN", { number })}
      </button>
      <div className="versions-author">
        <Model name={version.model} />
        {standing && <Tag tone={standing.endsWith(".best") ? "good" : "accent"}>{t(standing)}</Tag>}
        <Ending reason={version.finishReason} />
      </div>
      <Figures one={one} />
      <div className="versions-acts">
        {onRestore && (
          <button
            type="button"
            className="button quiet small"
            aria-label={t("versions.restoreN", { number })}
            title={t("versions.restoreN", { number })}
            onClick={onRestore}
          >
            <RotateCcw aria-hidden="true" />
            <span className="versions-wide">{t("versions.restore")}</span>
          </button>
        )}
        <CopyButton text={version.text} label={t("common.copy")} />
      </div>
    </article>
  );
}

function Ending({ reason }: { reason: Written["version"]["finishReason"] }) {
  const { t, word } = useWords();
  if (reason === "stop") return null;
  if (reason === "length") return <Tag tone="fair">{t("versions.cut")}</Tag>;
  return <Tag tone="fair">{word("versions.finish", reason)}</Tag>;
}

function Figures({ one: { score, gain, gainOver, version } }: { one: Written }) {
  const { t, gain: gained, money, duration } = useWords();
  const estimated = version.costSource === "estimated" ? "~" : "";
  return (
    <dl className="versions-figures">
      <div>
        <dt>{t("versions.score")}</dt>
        <dd>
          <Score value={score} />
        </dd>
      </div>
      <div>
        <dt>{t("versions.gain")}</dt>
        <dd
          data-falling={gain !== null && gain < 0}
          title={gainOver === null ? undefined : t("thread.over", { number: gainOver })}
        >
          {gain === null ? "–" : gained(gain)}
        </dd>
      </div>
      <div>
        <dt>{t("versions.cost")}</dt>
        <dd>{version.cost === null ? t("common.unknown") : estimated + money(version.cost)}</dd>
      </div>
      <div>
        <dt>{t("versions.time")}</dt>
        <dd>{duration(version.time)}</dd>
      </div>
    </dl>
  );
}
