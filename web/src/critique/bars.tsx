/** The eight criteria of a judgement, with what each counts in the score. */

import { criteria } from "@orchestratex/sdk/lists";
import { useWords } from "../i18n/words.tsx";
import type { Judgement } from "../thread/view.ts";
import { toneOf } from "../ui/tones.ts";
import type { Measure } from "./scores.ts";

const HIGHEST = 10;

export function Bars({ judgement, chosen }: { judgement: Judgement; chosen: Measure }) {
  const { t, word, score, percent } = useWords();
  const { criteria: scores, weights } = judgement;
  if (!scores) return null;
  return (
    <table className="critique-bars">
      <caption className="hidden-text">{t("critique.byCriterion")}</caption>
      <thead className="hidden-text">
        <tr>
          <th scope="col">{t("critique.criterion")}</th>
          <th scope="col">{t("critique.overall")}</th>
          <th scope="col">{t("critique.weight")}</th>
        </tr>
      </thead>
      <tbody>
        {criteria.map((name) => (
          <tr key={name} data-chosen={name === chosen}>
            <th scope="row">{word("criterion", name)}</th>
            <td data-tone={toneOf(scores[name])}>
              <span className="critique-bar-track" aria-hidden="true">
                <span style={{ "--share": `${(scores[name] / HIGHEST) * 100}%` } as Record<string, string>} />
              </span>
              <span>{score(scores[name])}</span>
            </td>
            <td className="critique-soft" title={t("critique.weight")}>
              {weights?.[name] === undefined ? "" : percent(weights[name])}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
