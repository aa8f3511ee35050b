/** What a thread cost: all of it, by model, and call by call. */
import "./versions.css";
import "./cost.css";
import { useMemo } from "react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { useLimit } from "../thread/limit.ts";
import { Model, Notice, useHue } from "../ui/parts.tsx";
import { type Bill, billOf } from "./bill.ts";
import { BillTable } from "./bill-table.tsx";
import { Unconfirmed } from "./unconfirmed.tsx";

export function Cost() {
  const { t } = useWords();
  const { view } = useThreadPage();
  const bill = useMemo(() => billOf(view), [view]);
  return (
    <div className="versions-bill">
      {view.simulated && <Notice>{t("versions.bill.simulated")}</Notice>}
      {view.finish?.cost_is_estimated && <Notice tone="fair">{t("versions.bill.estimated")}</Notice>}
      <Summary bill={bill} />
      <Unconfirmed />
      {bill.models.some(({ cost }) => cost > 0) && <ByModel bill={bill} />}
      {bill.total > 0 || bill.lines.length > 0 ? (
        <section className="versions-part">
          <h2>{t("versions.bill.byCall")}</h2>
          <BillTable bill={bill} />
        </section>
      ) : null}
    </div>
  );
}

const phases = ["answer", "critique", "revision"] as const;

function Summary({ bill }: { bill: Bill }) {
  const { t, money, percent, gain } = useWords();
  const { view } = useThreadPage();
  const { total, critique } = bill;
  const estimated = view.finish?.cost_is_estimated ? "~" : "";
  const added = critique && { cost: money(critique.cost), share: percent(critique.share) };
  return (
    <section className="versions-part">
      <h2>{t("versions.bill.total")}</h2>
      <dl className="versions-tiles">
        <div className="versions-tile-total">
          <dt>{t("versions.bill.sum")}</dt>
          <dd>{estimated + money(total)}</dd>
          <dd className="versions-quiet">
            <LimitShare bill={bill} />
          </dd>
        </div>
        {phases.map((name) => (
          <div key={name}>
            <dt>{t(`versions.bill.phase.${name}`)}</dt>
            <dd>{money(bill.phases[name].cost)}</dd>
            <dd className="versions-quiet">{percent(bill.phases[name].share)}</dd>
          </div>
        ))}
      </dl>
      {bill.total === 0 && !view.finish?.cost_is_estimated && (
        <p className="versions-quiet">{t("versions.bill.none")}</p>
      )}
      {added && (
        <p>
          {critique.gain === null
            ? t("versions.bill.added", added)
            : t("versions.bill.addedGain", { ...added, gain: gain(critique.gain) })}
        </p>
      )}
    </section>
  );
}

function LimitShare({ bill: { limitShare } }: { bill: Bill }) {
  const { t, money, percent } = useWords();
  const { limit, of } = useLimit();
  if (limitShare === null || limit === null) return t("versions.bill.noLimit");
  const values = { share: percent(limitShare), limit: money(limit) };
  const shown = t(of === null ? "versions.bill.limit" : `versions.bill.limit.${of}`, values);
  return (
    <>
      <meter className="versions-meter" min={0} max={1} high={0.8} value={Math.min(1, limitShare)} aria-label={shown} />
      {shown}
    </>
  );
}

function ByModel({ bill: { models, rest, restShare } }: { bill: Bill }) {
  const { t, money, percent } = useWords();
  return (
    <section className="versions-part">
      <h2>{t("versions.bill.byModel")}</h2>
      <div className="versions-bar" aria-hidden="true">
        {models.map(({ model, share }) => (
          <Share key={model} model={model} share={share} />
        ))}
        {rest > 0 && <Slice share={restShare} hue="var(--line-strong)" />}
      </div>
      <ul className="versions-shares plain">
        {models.map(({ model, cost, share }) => (
          <li key={model}>
            <Model name={model} />
            <span>{money(cost)}</span>
            <span className="versions-quiet">{percent(share)}</span>
          </li>
        ))}
        {rest > 0 && (
          <li>
            <span className="versions-rest">{t("versions.bill.rest")}</span>
            <span>{money(rest)}</span>
            <span className="versions-quiet">{percent(restShare)}</span>
          </li>
        )}
      </ul>
    </section>
  );
}

function Share({ model, share }: { model: string; share: number }) {
  return <Slice share={share} hue={useHue(model)} />;
}

function Slice({ share, hue }: { share: number; hue: string }) {
  return <span style={{ "--share": share, "--hue": hue } as Record<string, string | number>} />;
}
