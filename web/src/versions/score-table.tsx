/** The scores as a table: what the chart draws, in numbers. */
import { useWords } from "../i18n/words.tsx";
import { Model, Score } from "../ui/parts.tsx";
import type { Round } from "./scores.ts";
import { Scrolled } from "./scrolled.tsx";

type Props = { rounds: readonly Round[]; critics: readonly string[]; threshold: number | null };

export function ScoreTable({ rounds, critics, threshold }: Props) {
  const { t, score } = useWords();
  return (
    <Scrolled name={t("versions.scores")}>
      <table className="table">
        <caption className="versions-caption">
          {threshold !== null && t("versions.threshold", { score: score(threshold) })}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t("versions.iteration")}</th>
            <th scope="col" className="number">
              {t("versions.median")}
            </th>
            {critics.map((name) => (
              <th key={name} scope="col" className="number">
                <Model name={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rounds.map(({ iteration, score: value, dots }) => (
            <tr key={iteration}>
              <th scope="row">{iteration}</th>
              <td className="number">
                <Score value={value} />
              </td>
              {critics.map((name) => (
                <td key={name} className="number">
                  <Score value={dots.find(({ model }) => model === name)?.score ?? null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}
