/** One judgement in full; or, where no critic is chosen, what all of them say of the version. */
import { X } from "lucide-react";
import { memo, type ReactNode } from "react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import type { Iteration, Judgement } from "../thread/view.ts";
import { Model, Notice, Score, Spinner, useModelName } from "../ui/parts.tsx";
import { Bars } from "./bars.tsx";
import { type PointProps, Points } from "./points.tsx";
import type { Said } from "./said.ts";
import type { Measure } from "./scores.ts";

type Props = {
  iteration: Iteration;
  model: string | null;
  judgement: Judgement | null;
  measure: Measure;
  points: readonly Said[];
  onClose: () => void;
} & Omit<PointProps, "named">;

export const Inspector = memo(function Inspector(props: Props) {
  const { iteration, model, judgement, measure, points, onClose, ...rest } = props;
  const { t } = useWords();
  if (model === null) {
    return (
      <div className="critique-inspector">
        <h2>{t("critique.allPoints", { n: iteration.number })}</h2>
        <p className="critique-soft">{t("critique.chooseScore")}</p>
        <Progress iteration={iteration} />
        {(points.length > 0 || isJudged(iteration)) && <Points points={points} named {...rest} />}
      </div>
    );
  }
  return (
    <div className="critique-inspector">
      <header>
        <h2>
          <Model name={model} />{" "}
          <span className="critique-soft">{t("critique.onVersion", { n: iteration.number })}</span>
        </h2>
        <button
          type="button"
          className="button quiet icon small"
          aria-label={t("critique.closePanel")}
          onClick={onClose}
        >
          <X aria-hidden="true" />
        </button>
      </header>
      {judgement?.state === "done" ? (
        <Done judgement={judgement} measure={measure}>
          <Points key={`${iteration.number} ${model}`} points={points} named={false} {...rest} />
        </Done>
      ) : (
        <Otherwise judgement={judgement} model={model} own={iteration.version?.model === model} />
      )}
    </div>
  );
});

const isJudged = ({ judgements }: Iteration): boolean =>
  judgements.some(({ state }) => state === "done") && judgements.every(({ state }) => state !== "running");

/** How many have judged, as long as some are reading. */
function Progress({ iteration: { judgements } }: { iteration: Iteration }) {
  const { t } = useWords();
  const of = (state: Judgement["state"]) => judgements.filter((one) => one.state === state).length;
  if (of("running") === 0) return null;
  return (
    <p className="critique-reading">
      <Spinner /> {t("critique.judgedBy", { done: of("done"), count: judgements.length })}
    </p>
  );
}

function Done({ judgement, measure, children }: { judgement: Judgement; measure: Measure; children: ReactNode }) {
  const { t, score, duration, money } = useWords();
  const { confidence, time, cost, praise, criticisms } = judgement;
  const facts = [
    { name: t("critique.confidence"), value: confidence === null ? "–" : score(confidence) },
    { name: t("critique.time"), value: time === null ? "–" : duration(time) },
    { name: t("critique.cost"), value: cost === null ? t("common.unknown") : money(cost) },
  ];
  return (
    <>
      <dl className="critique-facts">
        <div>
          <dt>{t("critique.overall")}</dt>
          <dd>
            <Score value={judgement.score} />
          </dd>
        </div>
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Bars judgement={judgement} chosen={measure} />
      {praise !== "" && (
        <>
          <h3>{t("critique.liked")}</h3>
          <p dir="auto">{praise}</p>
        </>
      )}
      <h3>{t("critique.points", { count: criticisms.length })}</h3>
      {children}
    </>
  );
}

/** No judgement, or not yet: and why. */
function Otherwise({ judgement, model, own }: { judgement: Judgement | null; model: string; own: boolean }) {
  const { t } = useWords();
  const { view } = useThreadPage();
  const nameFor = useModelName();
  const critic = nameFor(model);
  switch (judgement?.state) {
    case "running":
      return (
        <p className="critique-reading">
          <Spinner /> {t("critique.reading", { critic })}
        </p>
      );
    case "failed":
      return (
        <Notice tone="bad" title={t("critique.failed", { critic })}>
          <p lang="en">{judgement.trouble?.detail}</p>
          {judgement.trouble && <code>{judgement.trouble.code}</code>}
        </Notice>
      );
    case "unasked":
      return <p>{t(view.start?.cost_limit == null ? "critique.notAsked" : "critique.unasked", { critic })}</p>;
    case "skipped":
      return <p>{t("critique.skipped", { critic })}</p>;
    default:
      return <p>{t(own ? "critique.ownVersion" : "critique.notAsked", { critic })}</p>;
  }
}
