/** What all critics together say of a version or a criterion. */
import { useWords } from "../i18n/words.tsx";
import type { Column } from "./scores.ts";

export function MatrixFoot({ columns, by }: { columns: readonly Column[]; by: "version" | "criterion" }) {
  const { t, score, gain } = useWords();
  const base = columns[0]?.gainOver ?? null;
  const gainName = by === "criterion" && base !== null ? t("critique.gainOver", { n: base }) : t("critique.gain");
  const ends = by === "version" ? 3 : 2;
  const overTitle = ({ gain: points, gainOver }: Column) =>
    points === null || gainOver === null ? undefined : t("critique.over", { n: gainOver });
  const rows = [
    { name: t("critique.median"), show: ({ median }: Column) => (median === null ? "–" : score(median)) },
    { name: t("critique.spread"), show: ({ spread }: Column) => (spread === null ? "–" : score(spread)) },
    { name: gainName, show: ({ gain: points }: Column) => (points === null ? "–" : gain(points)) },
  ];
  return (
    <tfoot>
      {rows.map(({ name, show }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          {columns.map((column) => (
            <td key={`${column.iteration} ${column.measure}`} title={name === gainName ? overTitle(column) : undefined}>
              {show(column)}
            </td>
          ))}
          <td colSpan={ends} />
        </tr>
      ))}
    </tfoot>
  );
}
