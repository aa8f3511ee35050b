/** What the provider said of a key, what the key opens, and, once it is kept, whether its models answer. */
import type { IntegrationTest } from "@orchestratex/sdk/contract";
import { useModels } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Notice, Spinner } from "../ui/parts.tsx";
import type { KeyFlow } from "./key-flow.ts";
import { ModelTests } from "./model-tests.tsx";
import { Unlocked } from "./unlocked.tsx";

type TriedProps = {
  flow: KeyFlow & { at: "tried" | "keeping" };
  title: string;
  /** The variable whose keys are in use: they win, so that none can be kept beside them. */
  variable: string | null;
  onKeep: () => void;
};

export function Tried({ flow, title, variable, onKeep }: TriedProps) {
  const { t, duration } = useWords();
  const { test } = flow;
  if (!test.ok) return <Refused test={test} title={title} />;
  const listed = test.models_found;
  return (
    <>
      <Notice tone="good" title={t("setup.took", { title, time: duration(test.response_time) })}>
        {listed === null ? t("setup.noList") : t("setup.listed", { count: listed })}
      </Notice>
      <Unlocked provider={flow.name} />
      {flow.at === "tried" && flow.error !== null && <Failure error={flow.error} />}
      {variable === null ? (
        <Keep isKeeping={flow.at === "keeping"} onKeep={onKeep} />
      ) : (
        <FromEnvironment variable={variable} />
      )}
    </>
  );
}

function Keep({ isKeeping, onKeep }: { isKeeping: boolean; onKeep: () => void }) {
  const { t } = useWords();
  return (
    <div className="actions">
      <button type="button" className="button primary" disabled={isKeeping} onClick={onKeep}>
        {isKeeping && <Spinner />}
        {t(isKeeping ? "setup.keeping" : "setup.keep")}
      </button>
    </div>
  );
}

function FromEnvironment({ variable }: { variable: string }) {
  const { t } = useWords();
  return <Notice title={t("setup.byEnvironment", { variable })}>{t("setup.environmentWins")}</Notice>;
}

/** Of these faults the key is the cause. */
const isKeysFault = (code: string | null) => code === "provider.key_rejected" || code === "provider.no_credit";

function Refused({ test, title }: { test: IntegrationTest; title: string }) {
  const { t } = useWords();
  return (
    <div role="alert">
      <Notice tone="bad" title={t(isKeysFault(test.code) ? "setup.refused" : "setup.noAnswer", { title })}>
        {test.detail && <p lang="en">{test.detail}</p>}
      </Notice>
    </div>
  );
}

export function Kept({ name, onAnother }: { name: string; onAnother: () => void }) {
  const { t } = useWords();
  const { data } = useModels();
  const models = (data ?? []).filter(({ provider }) => provider === name);
  return (
    <div className="setup-key" role="status">
      <Notice tone="good" title={t("setup.kept")} />
      <ModelTests models={models} />
      <div className="actions">
        <button type="button" className="button" onClick={onAnother}>
          {t("setup.another")}
        </button>
      </div>
    </div>
  );
}
