/** A short question to a few models of a new key, on wish: whether they answer, how fast, and what that cost. */
import type { ModelTest, Profile } from "@orchestratex/sdk/contract";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Model, Spinner } from "../ui/parts.tsx";

const AT_MOST = 3;

/** The cheapest: it is about the key, not about them. */
const fewOf = (models: readonly Profile[]): Profile[] =>
  models
    .filter(({ is_active, retired }) => is_active && !retired)
    .toSorted((a, b) => (a.cost_per_output_token ?? Infinity) - (b.cost_per_output_token ?? Infinity))
    .slice(0, AT_MOST);

export function ModelTests({ models }: { models: readonly Profile[] }) {
  const { t } = useWords();
  const [asked, setAsked] = useState<readonly string[]>([]);
  const few = fewOf(models);
  if (few.length === 0) return null;
  if (asked.length > 0) return <Results names={asked} />;
  return (
    <div className="actions">
      <button type="button" className="button" onClick={() => setAsked(few.map(({ model_name }) => model_name))}>
        {t("setup.test")}
      </button>
      <span className="setup-note">{t("setup.testHint", { count: few.length })}</span>
    </div>
  );
}

function Results({ names }: { names: readonly string[] }) {
  const results = useQueries({
    queries: names.map((name) => ({
      queryKey: ["models", "test", name],
      queryFn: () => api<ModelTest>(`/api/models/${encodeURIComponent(name)}/test`, { method: "POST" }),
      ...{ retry: false, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
    })),
  });
  return (
    <ul className="plain setup-tests">
      {results.map(({ data, error }, at) => (
        <li key={names[at]}>
          <Model name={names[at] ?? ""} />
          {error ? <Failure error={error} /> : data ? <Result test={data} /> : <Waiting />}
        </li>
      ))}
    </ul>
  );
}

function Waiting() {
  const { t } = useWords();
  return (
    <span className="setup-note">
      <Spinner /> {t("setup.testing")}
    </span>
  );
}

function Result({ test: { ok, response_time, cost, detail } }: { test: ModelTest }) {
  const { t, duration, money } = useWords();
  if (!ok)
    return (
      <span data-tone="bad">
        {t("setup.notAnswered")}
        {detail && <span lang="en">: {detail}</span>}
      </span>
    );
  const price = cost === null ? [] : [t("setup.cost", { cost: money(cost) })];
  return <span>{[t("setup.answered", { time: duration(response_time) }), ...price].join(", ")}</span>;
}
