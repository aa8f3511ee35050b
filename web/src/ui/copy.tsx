/** Copies a text, and says so. */
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { say } from "./toasts.tsx";

const SHOWN_MS = 2_000;

type Props = { text: string | (() => string); label?: string; className?: string };

export function CopyButton({ text, label, className = "button quiet small" }: Props) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : text());
      setCopied(true);
      say(t("common.copied"));
      setTimeout(() => setCopied(false), SHOWN_MS);
    } catch {
      say(t("common.notCopied"));
    }
  };
  const Icon = copied ? Check : Copy;
  return (
    <button type="button" className={className} onClick={copy} aria-label={label ? undefined : t("common.copy")}>
      <Icon aria-hidden="true" />
      {label}
    </button>
  );
}
