/** What was measured of a model: in all, and by subject. */
import type { Profile } from "@orchestratex/sdk/contract";
import { useWords } from "../i18n/words.tsx";
import { Score } from "../ui/parts.tsx";
import { toneOf } from "../ui/tones.ts";
import { Fact } from "./facts.tsx";

export function Measured({ profile }: { profile: Profile }) {
  const { t, percent, duration, count, score, moment } = useWords();
  const { performance_metrics: measured, last_health_check: checked } = profile;
  const { success_rate, average_response_time: time, uptime_percentage: uptime } = measured;
  return (
    <section>
      <h3>{t("models.measured")}</h3>
      <dl className="models-facts">
        <Fact name={t("models.requests")}>{count(measured.total_requests)}</Fact>
        <Fact name={t("models.processed")}>
          {t("models.tokens", { tokens: count(measured.total_tokens_processed) })}
        </Fact>
        <Fact name={t("models.success")}>{success_rate === null ? null : percent(success_rate)}</Fact>
        <Fact name={t("models.time")}>{time === null ? null : duration(time)}</Fact>
        <Fact name={t("models.uptime")}>{uptime === null ? null : percent(uptime / 100)}</Fact>
        <Fact name={t("models.rating")}>
          {measured.average_quality_rating === null ? null : score(measured.average_quality_rating)}
        </Fact>
        <Fact name={t("models.checked")}>{checked === null ? t("models.never") : moment(checked)}</Fact>
      </dl>
      <Domains profile={profile} />
    </section>
  );
}

function Domains({ profile }: { profile: Profile }) {
  const { t, word } = useWords();
  const domains = Object.entries(profile.domain_performance).flatMap(([domain, measured]) =>
    measured ? [{ domain, ...measured }] : [],
  );
  if (domains.length === 0) return <p className="models-small">{t("models.noDomains")}</p>;
  return (
    <ul className="plain models-domains" aria-label={t("models.byDomain")}>
      {domains
        .toSorted((a, b) => b.average_score - a.average_score)
        .map(({ domain, threads, average_score }) => (
          <li key={domain}>
            <span>{word("domain", domain)}</span>
            <span className="models-bar" data-tone={toneOf(average_score)} aria-hidden="true">
              <span style={{ width: `${average_score * 10}%` }} />
            </span>
            <Score value={average_score} />
            <small>{t("models.threads", { count: threads })}</small>
          </li>
        ))}
    </ul>
  );
}
