/** How a provider answered when it was asked for its models, key by key, in its own words. */
import type { IntegrationTest } from "@orchestratex/sdk/contract";
import { useWords } from "../i18n/words.tsx";
import { Notice } from "../ui/parts.tsx";
import { KeyName } from "./key-name.tsx";

type Props = { test: IntegrationTest; kept?: boolean };

export function TestOutcome({ test, kept = false }: Props) {
  const { t, word, duration } = useWords();
  const { ok, response_time, models_found, detail, code, keys } = test;
  const failed = keys.filter((key) => !key.ok);
  const title = t(ok ? "settings.testOk" : "settings.testFailed", { time: duration(response_time) });
  return (
    <div role="status">
      <Notice tone={ok ? (failed.length > 0 ? "fair" : "good") : "bad"} title={title}>
        {ok && models_found !== null && <p>{t("settings.modelsFound", { count: models_found })}</p>}
        {kept && <p>{t("settings.kept")}</p>}
        {detail !== null && <p lang="en">{detail}</p>}
        {keys.length > 1 &&
          failed.map((key) => (
            <p key={key.fingerprint}>
              <KeyName hint={key} />:{" "}
              {key.detail === null ? word("thread.fault", key.code ?? "") : <span lang="en">{key.detail}</span>}
            </p>
          ))}
        {code !== null && <p className="settings-small">{word("thread.fault", code)}</p>}
      </Notice>
    </div>
  );
}
