/** The models that are asked with a provider's key, and what they take for it. */
import type { Profile } from "@orchestratex/sdk/contract";
import { useModels } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Model, Skeleton, Tag } from "../ui/parts.tsx";

export function Unlocked({ provider }: { provider: string }) {
  const { t } = useWords();
  const { data, error, refetch } = useModels();
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={4} />;
  const models = data.filter((model) => model.provider === provider);
  if (models.length === 0) return <p>{t("setup.unlocksNone")}</p>;
  return (
    <section className="setup-unlocked" aria-labelledby="setup-unlocked">
      <h3 id="setup-unlocked">{t("setup.unlocks", { count: models.length })}</h3>
      <div className="scroll">
        <Prices models={models} />
      </div>
      <p className="setup-note">{t("setup.perMillion")}</p>
    </section>
  );
}

function Prices({ models }: { models: readonly Profile[] }) {
  const { t, perMillion } = useWords();
  const price = (dollars: number | null) => (dollars === null ? t("common.unknown") : perMillion(dollars));
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t("setup.model")}</th>
          <th scope="col" className="number">
            {t("setup.input")}
          </th>
          <th scope="col" className="number">
            {t("setup.output")}
          </th>
        </tr>
      </thead>
      <tbody>
        {models.map(({ model_name, model_version, cost_per_input_token, cost_per_output_token, retired }) => (
          <tr key={model_name}>
            <th scope="row">
              <Model name={model_name} />
              <span className="setup-version">{model_version}</span>
              {retired && <Tag tone="fair">{t("setup.notListed")}</Tag>}
            </th>
            <td className="number">{price(cost_per_input_token)}</td>
            <td className="number">{price(cost_per_output_token)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
