/** Who would answer, and why, before anything is spent; any other candidate can be taken instead. */
import "./choice.css";
import type { Preview } from "@orchestratex/sdk/contract";
import { useEffect, useRef } from "react";
import { useWords } from "../i18n/words.tsx";
import { Model, ModelColours, Tag } from "../ui/parts.tsx";
import { nameOf } from "../ui/tones.ts";
import { Candidates } from "./candidates.tsx";
import { Ranges } from "./pre-flight.tsx";

type Props = { preview: Preview; isOld: boolean; model: string | null; onUse: (model: string | null) => void };

export default function ChoiceCard({ preview, isOld, model, onUse }: Props) {
  const { t, word } = useWords();
  const { selection, analysis } = preview;
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <section ref={box} className="card ask-choice" aria-labelledby="ask-choice" aria-busy={isOld}>
      <ModelColours models={[selection.selected_model, ...selection.evaluators]}>
        <h2 id="ask-choice">{t("ask.choice")}</h2>
        <p className="ask-chosen">
          <Model name={selection.selected_model} />
          {model === null ? (
            <span>
              {t("ask.choiceFor", {
                domain: word("domain", analysis.domain),
                complexity: word("complexity", analysis.complexity_level),
              })}
            </span>
          ) : (
            <>
              <span>{t("ask.choiceYours")}</span>
              <button type="button" className="button small" onClick={() => onUse(null)}>
                {t("ask.letChoose")}
              </button>
            </>
          )}
        </p>
        <Facts preview={preview} />
        <Reasons analysis={analysis} warnings={selection.warnings} />
        <h3>{t("ask.candidates")}</h3>
        <Candidates selection={selection} onUse={onUse} />
        <p className="ask-note">{t("ask.factors")}</p>
      </ModelColours>
    </section>
  );
}

function Facts({ preview }: { preview: Preview }) {
  const { t, score, count } = useWords();
  const { selection, mode, max_iterations } = preview;
  const { evaluators, selection_margin: margin, runner_up_model: second } = selection;
  return (
    <dl className="ask-facts">
      <div>
        <dt>{t("ask.judgedBy")}</dt>
        <dd className="ask-judges">
          {evaluators.length === 0 ? t("ask.noJudges") : evaluators.map((name) => <Model key={name} name={name} />)}
        </dd>
      </div>
      <div>
        <dt>{t("ask.choiceCourse")}</dt>
        <dd>
          {t(`mode.${mode}`)}, {t("ask.iterations", { count: max_iterations })}
        </dd>
      </div>
      <div>
        <dt>{t("ask.estimate")}</dt>
        <dd>
          <Ranges preview={preview} />
        </dd>
      </div>
      <div>
        <dt>{t("ask.choiceSure")}</dt>
        <dd>
          {t("ask.ofTen", { score: score(selection.selection_confidence) })}
          {margin !== null && second !== null && (
            <>
              ,{" "}
              {t(margin < 0 ? "ask.choiceBehind" : "ask.choiceAhead", {
                margin: count(Math.abs(margin)),
                model: nameOf(second),
              })}
            </>
          )}
        </dd>
      </div>
    </dl>
  );
}

/** The server's own words: English. */
function Reasons({ analysis, warnings }: { analysis: Preview["analysis"]; warnings: readonly string[] }) {
  const { t } = useWords();
  return (
    <>
      <div className="ask-reasons">
        <h3>{t("ask.reasons")}</h3>
        <ul className="plain" lang="en">
          {[...new Set(analysis.reasons)].map((reason) => (
            <li key={reason}>
              <Tag>{reason}</Tag>
            </li>
          ))}
        </ul>
      </div>
      {warnings.length > 0 && (
        <details className="ask-warnings" open={warnings.length <= 3}>
          <summary>{t("ask.warnings", { count: warnings.length })}</summary>
          <ul lang="en">
            {[...new Set(warnings)].map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
