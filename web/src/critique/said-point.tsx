/** A point of criticism as a critic says it, in a conversation. */
import type { Criticism } from "@orchestratex/sdk/contract";
import { Lightbulb } from "lucide-react";
import { useWords } from "../i18n/words.tsx";
import { Tag } from "../ui/parts.tsx";
import type { Tone } from "../ui/tones.ts";

const tones: Readonly<Record<Criticism["severity"], Tone>> = { critical: "bad", major: "fair", minor: "none" };

export function Severity({ severity }: { severity: Criticism["severity"] }) {
  const { word } = useWords();
  return <Tag tone={tones[severity]}>{word("severity", severity)}</Tag>;
}

export function Suggestion({ text }: { text: string }) {
  const { t } = useWords();
  if (text === "") return null;
  return (
    <p className="critique-suggestion">
      <Lightbulb className="critique-icon" aria-hidden="true" />
      <span dir="auto">
        <span className="hidden-text">{t("critique.suggestion")}</span> {text}
      </span>
    </p>
  );
}

export function SaidPoint({ point: { severity, criterion, point, quote, suggestion } }: { point: Criticism }) {
  const { word } = useWords();
  return (
    <li>
      <div className="critique-point-head">
        <Severity severity={severity} />
        <span>{word("criterion", criterion)}</span>
      </div>
      <p dir="auto">{point}</p>
      {quote !== "" && (
        <blockquote className="critique-words" dir="auto">
          {quote}
        </blockquote>
      )}
      <Suggestion text={suggestion} />
    </li>
  );
}
