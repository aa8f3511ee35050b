/** How the server is, whether its loop works, and where more is written. */
import type { SelfTest } from "@orchestratex/sdk/contract";
import { useMutation } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleDashed } from "lucide-react";
import { api } from "../data/http.ts";
import { type Health, useHealth } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Notice, Skeleton, Spinner, Tag } from "../ui/parts.tsx";
import { Fact } from "./integration.tsx";

export function System() {
  const { t } = useWords();
  const { data, error, refetch } = useHealth();
  return (
    <>
      <section className="card settings-health">
        <h2>{t("settings.health")}</h2>
        {error && <Failure error={error} onRetry={() => void refetch()} />}
        {data && <Parts health={data} />}
        {!data && !error && <Skeleton lines={6} />}
      </section>
      <LoopTest />
      <section className="card settings-links">
        <h2>{t("settings.docs")}</h2>
        <ul>
          <li>
            <a href="/docs">{t("settings.docs.api")}</a>
          </li>
          <li>
            <a href="/docs/live">{t("settings.docs.live")}</a>
          </li>
          <li>
            <a href="/docs/errors">{t("settings.docs.errors")}</a>
          </li>
        </ul>
      </section>
    </>
  );
}

function Parts({ health }: { health: Health }) {
  const { t, duration, count } = useWords();
  const { status, version, uptime, parts } = health;
  return (
    <dl className="settings-facts">
      <Fact name={t("settings.state")}>
        <Tag tone={status === "ok" ? "good" : "fair"}>{t(`settings.state.${status}`)}</Tag>
      </Fact>
      <Fact name={t("settings.version")}>{version}</Fact>
      <Fact name={t("settings.uptime")}>{duration(uptime)}</Fact>
      <Fact name={t("settings.database")}>
        {t("settings.databaseOk", { time: duration(parts.database.response_time) })}
      </Fact>
      <Fact name={t("settings.jobs")}>
        {t("settings.jobsNow", { running: parts.jobs.running, queued: parts.jobs.queued })}
      </Fact>
      <Fact name={t("shell.models")}>
        {t("shell.modelsUp", { count: parts.models.available })}
        {parts.models.simulated && ` · ${t("common.simulated")}`}
      </Fact>
      <Fact name={t("settings.live")}>
        {t("settings.liveNow", { connections: parts.live.connections, subscriptions: parts.live.subscriptions })}
      </Fact>
      <Fact name={t("settings.messages")}>{count(parts.live.messages)}</Fact>
    </dl>
  );
}

function LoopTest() {
  const { t, duration } = useWords();
  const test = useMutation({ mutationFn: () => api<SelfTest>("/api/orchestrate/test", { method: "POST" }) });
  const { data } = test;
  return (
    <section className="card settings-selftest">
      <h2>{t("settings.selfTest")}</h2>
      <p className="settings-small">{t("settings.selfTestHint")}</p>
      <div>
        <button type="button" className="button" disabled={test.isPending} onClick={() => test.mutate()}>
          {test.isPending && <Spinner />}
          {t("settings.selfTestRun")}
        </button>
      </div>
      {test.error && <Failure error={test.error} />}
      {data && (
        <div role="status">
          <Notice
            tone={data.ok ? "good" : "bad"}
            title={t(data.ok ? "settings.selfTestOk" : "settings.selfTestFailed", { time: duration(data.total_time) })}
          />
        </div>
      )}
      {data && (
        <ol className="plain settings-steps">
          {data.steps.map((step) => (
            <Step key={step.step} step={step} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Step({ step: { step, ok, at, detail } }: { step: SelfTest["steps"][number] }) {
  const { t, word, duration } = useWords();
  const Icon = ok ? CircleCheck : at === null ? CircleDashed : CircleAlert;
  return (
    <li data-tone={ok ? "good" : "bad"}>
      <Icon aria-hidden="true" />
      <span className="hidden-text">{t(ok ? "settings.passed" : "settings.failed")}</span>
      <strong>{word("settings.step", step)}</strong>
      <span lang="en">{detail}</span>
      <span className="settings-at">{at === null ? "–" : duration(at)}</span>
    </li>
  );
}
