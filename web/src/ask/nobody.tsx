/** No model can answer: said where the estimate would stand, and as the answer to whoever sends all the same. */
import { Link } from "wouter";
import { detailOf } from "../data/http.ts";
import { codeOf } from "../data/problems.ts";
import { useWords } from "../i18n/words.tsx";
import { Notice } from "../ui/parts.tsx";
import type { Estimate } from "./use-preview.ts";

/** Known of what stands in the form now, not of an earlier text. */
export const isNobodyReady = ({ error, old }: Estimate): boolean => !old && codeOf(error) === "model.none";

function Ways() {
  const { t } = useWords();
  return (
    <>
      <Link href="/models">{t("ask.seeModels")}</Link> · <Link href="/settings/keys">{t("ask.seeKeys")}</Link>
    </>
  );
}

export function NobodyLine() {
  const { t } = useWords();
  return (
    <p className="ask-flight" data-tone="bad">
      {t("ask.nobody")} <Ways />
    </p>
  );
}

/** The server's own words say why, model by model: English. */
export function NobodyNotice({ error }: { error: unknown }) {
  const { t } = useWords();
  return (
    <Notice tone="bad" title={t("ask.nobodySent")}>
      <p>
        {t("ask.nobodyHint")} <Ways />
      </p>
      <details className="ask-why">
        <summary>{t("ask.nobodyWhy")}</summary>
        <p lang="en">{detailOf(error)}</p>
      </details>
    </Notice>
  );
}
