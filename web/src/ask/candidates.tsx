/** The candidates of a choice by the six factors that decide, best first. */
import type { Preview } from "@orchestratex/sdk/contract";
import { factors } from "@orchestratex/sdk/lists";
import { Check } from "lucide-react";
import { useWords } from "../i18n/words.tsx";
import { Model, Score } from "../ui/parts.tsx";
import { nameOf } from "../ui/tones.ts";

type Selection = Preview["selection"];
type Props = { selection: Selection; onUse: (model: string) => void };

export function Candidates({ selection, onUse }: Props) {
  const { t } = useWords();
  return (
    <section className="scroll ask-candidates" aria-label={t("ask.candidates")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("ask.candidate")}</th>
            <th scope="col" className="number">
              {t("ask.total")}
            </th>
            {factors.map((factor) => (
              <th key={factor} scope="col" className="number">
                {t(`factor.${factor}`)}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {selection.candidates_considered.map((candidate) => (
            <Row
              key={candidate.model_name}
              candidate={candidate}
              isChosen={candidate.model_name === selection.selected_model}
              onUse={onUse}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

type RowProps = { candidate: Selection["candidates_considered"][number]; isChosen: boolean; onUse: Props["onUse"] };

function Row({ candidate, isChosen, onUse }: RowProps) {
  const { t, score } = useWords();
  const { model_name: name, past_threads: threads } = candidate;
  return (
    <tr aria-current={isChosen ? "true" : undefined}>
      <th scope="row">
        <Model name={name} />
        {threads > 0 && <span className="ask-from">{t("ask.from", { count: threads })}</span>}
      </th>
      <td className="number">
        <Score value={candidate.final_score} title={candidate.selection_reasoning} />
      </td>
      {factors.map((factor) => (
        <td key={factor} className="number">
          <span className="ask-bar" style={barOf(candidate[factor])}>
            {score(candidate[factor])}
          </span>
        </td>
      ))}
      <td className="ask-use">
        {isChosen ? (
          <span className="ask-used">
            <Check aria-hidden="true" /> {t("ask.used")}
          </span>
        ) : (
          <button type="button" className="button small" onClick={() => onUse(name)}>
            {t("ask.use")}
            <span className="hidden-text">: {nameOf(name)}</span>
          </button>
        )}
      </td>
    </tr>
  );
}

/** As long as its score. */
const barOf = (value: number) => ({ "--share": `${Math.round(value * 10)}%` }) as Record<string, string>;
