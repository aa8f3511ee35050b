/** What is said of a model: who serves it, what it is good for, how much it takes. */
import type { Profile } from "@orchestratex/sdk/contract";
import type { ReactNode } from "react";
import { useWords } from "../i18n/words.tsx";
import { Tag } from "../ui/parts.tsx";
import { areaOf } from "./groups.ts";

export function Facts({ profile }: { profile: Profile }) {
  const { t, word, count, language } = useWords();
  const languages = new Intl.DisplayNames(language, { type: "language", fallback: "code" });
  const { strengths, weaknesses, best_use_cases: uses, rate_limits: limits } = profile;
  const some = (items: readonly string[], name = (item: string) => item) =>
    items.length === 0 ? null : (
      <span className="models-tags">
        {items.map((item) => (
          <Tag key={item}>{name(item)}</Tag>
        ))}
      </span>
    );
  const tokens = (value: number | null) => (value === null ? null : t("models.tokens", { tokens: count(value) }));
  return (
    <section>
      <h3>{t("models.facts")}</h3>
      <dl className="models-facts">
        <Fact name={t("models.provider")}>{profile.provider}</Fact>
        <Fact name={t("models.family")}>{profile.family}</Fact>
        <Fact name={t("models.version")}>
          <code>{profile.model_version}</code>
        </Fact>
        <Fact name={t("models.endpoint")}>{profile.api_endpoint && <code>{profile.api_endpoint}</code>}</Fact>
        <Fact name={t("models.strengths")}>{strengths && <span lang="en">{strengths}</span>}</Fact>
        <Fact name={t("models.weaknesses")}>{weaknesses && <span lang="en">{weaknesses}</span>}</Fact>
        <Fact name={t("models.useCases")}>{some(uses)}</Fact>
        <Fact name={t("models.specialties")}>{some(profile.specialties, (one) => word(areaOf(one), one))}</Fact>
        <Fact name={t("models.languages")}>{some(profile.supported_languages, (code) => nameOf(languages, code))}</Fact>
        <Fact name={t("models.aliases")}>{some(profile.aliases)}</Fact>
        <Fact name={t("models.context")}>{tokens(profile.max_context_length)}</Fact>
        <Fact name={t("models.maxOutput")}>{tokens(profile.max_output_tokens) ?? t("common.unknown")}</Fact>
        <Fact name={t("models.perMinute")}>
          {limits.requests_per_minute === null ? t("models.noLimit") : count(limits.requests_per_minute)}
        </Fact>
        <Fact name={t("models.tokensPerMinute")}>
          {limits.tokens_per_minute === null ? t("models.noLimit") : count(limits.tokens_per_minute)}
        </Fact>
      </dl>
    </section>
  );
}

/** Anybody may have typed it. */
function nameOf(languages: Intl.DisplayNames, code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}

/** Nothing where nothing is known. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === "" || children === undefined) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
