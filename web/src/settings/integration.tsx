/** A provider: how it is, why, which keys it has, and what can be done about it. */
import type { Integration } from "@orchestratex/sdk/contract";
import { type ReactNode, useEffect, useRef } from "react";
import { Link } from "wouter";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Spinner, Tag } from "../ui/parts.tsx";
import { Switch } from "../ui/switch.tsx";
import { IntegrationFormPart } from "./integration-form.tsx";
import { toneOfStatus } from "./integrations.ts";
import { KeyName } from "./key-name.tsx";
import { TestOutcome } from "./test-outcome.tsx";
import { useSetIntegration, useTestIntegration } from "./use-integration.ts";

type Props = { integration: Integration; startsOpen: boolean };

export function IntegrationCard({ integration, startsOpen }: Props) {
  const { t, word } = useWords();
  const { status, title, keys, models, available_models } = integration;
  const card = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (!startsOpen || !card.current) return;
    card.current.open = true;
    card.current.scrollIntoView({ block: "center" });
  }, [startsOpen]);
  return (
    <details ref={card} className="card settings-provider">
      <summary>
        <h3>{title}</h3>
        <Tag tone={toneOfStatus(status)}>{word("settings.status", status)}</Tag>
        <span className="settings-provider-keys">
          {keys.map((hint) => (
            <KeyName key={hint.fingerprint} hint={hint} />
          ))}
        </span>
        <span className="settings-provider-models">
          {t("settings.modelsReady", { available: available_models, count: models.length })}
        </span>
      </summary>
      <Inside integration={integration} />
    </details>
  );
}

function Inside({ integration }: { integration: Integration }) {
  const { t, word } = useWords();
  const { name, title, status, is_active } = integration;
  const test = useTestIntegration(name);
  const turn = useSetIntegration(name);
  const error = test.error ?? turn.error;
  return (
    <div className="settings-inside">
      <p>{word("settings.statusHint", status)}</p>
      <div className="actions">
        <Switch
          label={t("settings.providerOn", { provider: title })}
          checked={turn.isPending ? turn.variables.is_active !== false : is_active}
          disabled={turn.isPending}
          onChange={(on) => turn.mutate({ is_active: on })}
        />
        <button type="button" className="button small" disabled={test.isPending} onClick={() => test.mutate()}>
          {test.isPending && <Spinner />}
          {t("settings.testNow")}
        </button>
      </div>
      {error && <Failure error={error} />}
      {test.data && <TestOutcome test={test.data} />}
      <Facts integration={integration} />
      <IntegrationFormPart integration={integration} onSaved={() => test.mutate()} />
    </div>
  );
}

function Facts({ integration }: { integration: Integration }) {
  const { t, ago, count } = useWords();
  const { source, key_variable, keys, base_url, last_check: check, last_error, headers, models } = integration;
  return (
    <dl className="settings-facts">
      <Fact name={t("settings.keysInUse")}>
        {source === "none" ? t("common.none") : t(`settings.source.${source}`, { variable: key_variable ?? "" })}{" "}
        {keys.map((hint) => (
          <KeyName key={hint.fingerprint} hint={hint} />
        ))}
        {keys.length > 1 && ` ${t("settings.takeTurns")}`}
      </Fact>
      <Fact name={t("settings.address")}>
        {base_url === null ? t("common.none") : <code>{base_url}</code>}{" "}
        {integration.base_url_source === "environment" && t("settings.fromEnvironment")}
      </Fact>
      {headers.length > 0 && <Fact name={t("settings.headers")}>{headers.join(", ")}</Fact>}
      {check && (
        <Fact name={t("settings.lastCheck")}>
          {t(check.ok ? "settings.checkOk" : "settings.checkFailed", { when: ago(check.checked_at) })}
          {check.detail !== null && <span lang="en"> {check.detail}</span>}
        </Fact>
      )}
      {last_error !== null && (
        <Fact name={t("settings.lastError")}>
          <span lang="en">{last_error}</span> {integration.last_error_at && ago(integration.last_error_at)}
        </Fact>
      )}
      <Fact name={t("settings.calls")}>{count(integration.calls)}</Fact>
      {models.length > 0 && (
        <Fact name={t("shell.models")}>
          <span className="settings-models">
            {models.map((model) => (
              <Link key={model} href={`/models/${encodeURIComponent(model)}`}>
                {model}
              </Link>
            ))}
          </span>
        </Fact>
      )}
    </dl>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
