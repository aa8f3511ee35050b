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
          <Providers integrations={data} at={at} />
          <OwnServer />
        </>
      )}
      <Door />
    </>
  );
}

type Props = { integrations: readonly Integration[]; at: string | null };

/** One list, so that a card stays open with what it says when its provider has been set up. */
function Providers({ integrations, at }: Props) {
  const { t } = useWords();
  const card = (one: Integration) => <IntegrationCard key={one.name} integration={one} startsOpen={one.name === at} />;
  const ready = integrations.filter(isSetUp);
  const others = integrations.filter((one) => !isSetUp(one));
  return (
    <div className="settings-providers">
      {[
        ready.length > 0 && <h2 key=" ready">{t("settings.setUp")}</h2>,
        ...ready.map(card),
        others.length > 0 && <h2 key=" others">{t("settings.notSetUp")}</h2>,
        ...others.map(card),
      ]}
    </div>
  );
}
