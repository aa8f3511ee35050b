/** The providers, their keys and how they are; and the door for clients of others. */
import type { Integration } from "@orchestratex/sdk/contract";
import { useSearchParams } from "wouter";
import { useIntegrations } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Skeleton } from "../ui/parts.tsx";
import { Door } from "./door.tsx";
import { IntegrationCard } from "./integration.tsx";
import { isSetUp } from "./integrations.ts";
import { OwnServer } from "./own-server.tsx";
import { Recognizer } from "./recognizer.tsx";

export function Keys() {
  const { t } = useWords();
  const { data, error, refetch } = useIntegrations();
  const [params] = useSearchParams();
  const at = params.get("at");
  return (
    <>
      <p className="settings-lead">{t("settings.keysLead")}</p>
      {data && <Recognizer integrations={data} />}
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={8} />}
      {data && (
        <>
          <Providers title={t("settings.setUp")} integrations={data.filter(isSetUp)} at={at} />
          <Providers title={t("settings.notSetUp")} integrations={data.filter((one) => !isSetUp(one))} at={at} />
          <OwnServer />
        </>
      )}
      <Door />
    </>
  );
}

type Props = { title: string; integrations: readonly Integration[]; at: string | null };

function Providers({ title, integrations, at }: Props) {
  if (integrations.length === 0) return null;
  return (
    <section className="settings-providers">
      <h2>{title}</h2>
      {integrations.map((integration) => (
        <IntegrationCard key={integration.name} integration={integration} startsOpen={integration.name === at} />
      ))}
    </section>
  );
}
