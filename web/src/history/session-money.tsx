/** What a session has spent, what is held for calls in flight, and how much there may be. */
import type { Session } from "@orchestratex/sdk/contract";
import { useWords } from "../i18n/words.tsx";

export function SessionMoney({ session }: { session: Session }) {
  const { t, money } = useWords();
  const { total_cost: spent, held, unconfirmed, overrun, settings } = session;
  const { cost_limit: limit } = settings;
  const used = spent + held + unconfirmed;
  return (
    <section className="card session-money">
      <h2>{t("history.moneyTitle")}</h2>
      {limit !== null && limit > 0 && (
        <meter
          min={0}
          max={limit}
          value={Math.min(used, limit)}
          aria-label={t("history.money", { spent: money(used), limit: money(limit) })}
        />
      )}
      <dl>
        <Sum name={t("history.spent")} dollars={spent} />
        <Sum name={t("history.held")} dollars={held} hint={t("history.heldHint")} />
        {unconfirmed > 0 && (
          <Sum name={t("history.unconfirmed")} dollars={unconfirmed} hint={t("history.unconfirmedHint")} />
        )}
        {overrun > 0 && <Sum name={t("history.overrun")} dollars={overrun} hint={t("history.overrunHint")} />}
        <div>
          <dt>{t("history.limit")}</dt>
          <dd>{limit === null ? t("history.noLimit") : money(limit)}</dd>
        </div>
      </dl>
    </section>
  );
}

function Sum({ name, dollars, hint }: { name: string; dollars: number; hint?: string }) {
  const { money } = useWords();
  return (
    <div>
      <dt title={hint}>{name}</dt>
      <dd>{money(dollars)}</dd>
    </div>
  );
}
