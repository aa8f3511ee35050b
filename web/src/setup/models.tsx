/** Keys: what is there already, one to add, or none at all. */
import type { Integration } from "@orchestratex/sdk/contract";
import { KeyRound } from "lucide-react";
import { useIntegrations, useModels } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Skeleton, Tag } from "../ui/parts.tsx";
import { KeyForm } from "./key-form.tsx";

export function Models({ onNext }: { onNext: () => void }) {
  const { t } = useWords();
  const { data, error, refetch } = useIntegrations();
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={5} />;
  const there = data.filter(isThere);
  return (
    <>
      <p>{t("setup.modelsLead")}</p>
      {there.length > 0 && <There integrations={there} />}
      <KeyForm integrations={data} />
      {there.length === 0 && (
        <section className="setup-without" aria-labelledby="setup-without">
          <h3 id="setup-without">{t("setup.withoutKey")}</h3>
          <Simulated />
          <p>{t("setup.withoutKeyHint")}</p>
          <button type="button" className="button" onClick={onNext}>
            {t("setup.simulatedGo")}
          </button>
        </section>
      )}
    </>
  );
}

/** It has keys, or needs none and was found. */
const isThere = ({ source, needs_key, status }: Integration): boolean =>
  source !== "none" || (!needs_key && status === "ready");

function There({ integrations }: { integrations: readonly Integration[] }) {
  const { t } = useWords();
  return (
    <section className="setup-there" aria-labelledby="setup-there">
      <h3 id="setup-there">{t("setup.there")}</h3>
      <ul className="plain">
        {integrations.map((integration) => (
          <Place key={integration.name} integration={integration} />
        ))}
      </ul>
    </section>
  );
}

/** `status` in words where it is not ready. */
function Place({ integration }: { integration: Integration }) {
  const { t, word } = useWords();
  const { title, status, models, available_models: available, last_check: check } = integration;
  const works = status === "ready" && available > 0;
  const tone = works ? "good" : status === "unchecked" ? undefined : "fair";
  return (
    <li>
      <KeyRound aria-hidden="true" />
      <strong>{title}</strong>
      <span className="setup-origin">{useOrigin(integration)}</span>
      <Tag {...(tone && { tone })}>
        {status === "ready"
          ? models.length === 0
            ? t("setup.noModels")
            : t("setup.ready", { count: available })
          : word("setup.status", status)}
      </Tag>
      {status !== "ready" && check?.detail && <span lang="en">{check.detail}</span>}
    </li>
  );
}

/** Where its keys come from, or where it was found. */
function useOrigin({ source, key_variable, keys, base_url }: Integration): string {
  const { t } = useWords();
  const last4 = keys[0]?.last4;
  const ending = last4 ? [t("setup.ending", { last: last4 })] : [];
  if (source === "environment")
    return [t("setup.byEnvironment", { variable: key_variable ?? "" }), ...ending].join(", ");
  if (source === "stored") return [t("setup.stored"), ...ending].join(", ");
  return t("setup.found", { address: base_url ?? "" });
}

/** They are there already: nothing has to be done for them. */
function Simulated() {
  const { t } = useWords();
  const { data = [] } = useModels();
  const ready = data.filter(({ simulated, is_active, is_available }) => simulated && is_active && is_available);
  return ready.length === 0 ? null : (
    <p className="setup-ready">{t("setup.simulatedReady", { count: ready.length })}</p>
  );
}
