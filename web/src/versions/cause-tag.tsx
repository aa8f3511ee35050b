/** A point of criticism as a tag that opens: what was said, what was done about it, and why. */
import type { ReactNode } from "react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { Model, Tag, useModelName } from "../ui/parts.tsx";
import type { Cause } from "./causes.ts";
import { isWish } from "./lineage.ts";

const tones = { minor: "none", major: "fair", critical: "bad" } as const;

type Props = { cause: Cause; because?: boolean; onToggle?: (open: boolean) => void };

export function CauseTag({ cause, because = false, onToggle }: Props) {
  const { t, word, list } = useWords();
  const { readOnly } = useThreadPage();
  const nameFor = useModelName();
  const { id, by, criterion, severity, iteration } = cause;
  return (
    <details className="versions-cause" onToggle={({ currentTarget }) => onToggle?.(currentTarget.open)}>
      <summary>
        {because && <span>{t("versions.because")}</span>}
        {isWish(id) ? (
          <strong>{t(readOnly ? "versions.wishShared" : "versions.wish")}</strong>
        ) : (
          <>
            <strong title={t("versions.ofIteration", { number: iteration })}>{id}</strong>
            <span className="versions-by" title={list(by.map(nameFor))}>
              {by.slice(0, 3).map((name) => (
                <Model key={name} name={name} bare={by.length > 1} />
              ))}
              {by.length > 3 && `+${by.length - 3}`}
            </span>
            <Tag tone={tones[severity]}>
              {word("criterion", criterion)}, {word("severity", severity)}
            </Tag>
          </>
        )}
      </summary>
      <Told cause={cause} />
    </details>
  );
}

/** All that was said of a point. What models write stays in their language. */
function Told({ cause }: { cause: Cause }) {
  const { t } = useWords();
  const { point, quote, suggestion, improvement, justification, reason } = cause;
  const parts: [string, ReactNode][] = [
    [t("versions.point"), point],
    [t("versions.quote"), quote && <q dir="auto">{quote}</q>],
    [t("versions.suggestion"), suggestion],
    [t("versions.improvement"), improvement],
    [t("versions.justification"), justification],
    [t("versions.reason"), reason],
  ];
  return (
    <dl className="versions-told">
      {parts
        .filter(([, said]) => said)
        .map(([name, said]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{said}</dd>
          </div>
        ))}
    </dl>
  );
}
