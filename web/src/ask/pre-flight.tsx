/** Beside Send: what it may cost, how long it may take. Its room is there from the start. */
import type { Preview } from "@orchestratex/sdk/contract";
import { useWords } from "../i18n/words.tsx";
import { countRange, heedOf, timeRange, upward } from "./estimate.ts";
import { isNobodyReady, NobodyLine } from "./nobody.tsx";
import { Refusal } from "./refusal.tsx";
import type { Estimate } from "./use-preview.ts";

type Props = { estimate: Estimate; canSend: boolean; hasOwnChoice: boolean };

export function PreFlight({ estimate: { preview, old, error }, canSend, hasOwnChoice }: Props) {
  const { t } = useWords();
  if (!canSend) return <p className="ask-flight ask-keys">{t("ask.keys")}</p>;
  if (isNobodyReady({ preview, old, error })) return <NobodyLine />;
  if (error && !old)
    return (
      <p className="ask-flight" data-tone="bad">
        {t("ask.noEstimate")} <Refusal error={error} />
      </p>
    );
  if (!preview) return <p className="ask-flight">{t("ask.estimating")}</p>;
  const heed = heedOf(preview.selection.warnings, hasOwnChoice);
  return (
    <p className="ask-flight" aria-busy={old} data-tone={preview.fits_cost_limit ? undefined : "fair"}>
      <Ranges preview={preview} />
      {heed > 0 && <span className="ask-heed">{t("ask.warnings", { count: heed })}</span>}
      {!preview.fits_cost_limit && <span> {t("ask.noFit")}</span>}
    </p>
  );
}

export function Ranges({ preview: { cost_range, cost_usual, duration_ms_range, calls } }: { preview: Preview }) {
  const { t, money, language } = useWords();
  const cost = { usual: money(cost_usual), high: money(upward(cost_range.high)) };
  return (
    <span className="ask-ranges" title={t("ask.costHint")}>
      <span>{t("ask.cost", cost)}</span>
      <span>{timeRange(duration_ms_range, language)}</span>
      <span>{t("ask.calls", { count: calls.high, range: countRange(calls, language) })}</span>
    </span>
  );
}
