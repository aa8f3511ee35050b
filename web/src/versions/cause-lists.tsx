/** The points that no single change is known to come from: answered elsewhere, disputed, or left without a word. */
import { useWords } from "../i18n/words.tsx";
import { CauseTag } from "./cause-tag.tsx";
import type { Cause, Causes } from "./causes.ts";

export function CauseLists({ causes }: { causes: Causes }) {
  return (
    <>
      {(["elsewhere", "disputed", "unanswered"] as const).map((name) => (
        <Points key={name} name={name} points={causes[name]} />
      ))}
    </>
  );
}

function Points({ name, points }: { name: "elsewhere" | "disputed" | "unanswered"; points: readonly Cause[] }) {
  const { t } = useWords();
  if (points.length === 0) return null;
  return (
    <section className="versions-points">
      <h3>{t(`versions.${name}`)}</h3>
      <p className="versions-quiet">{t(`versions.${name}Hint`)}</p>
      <ul className="plain">
        {points.map((cause) => (
          <li key={`${cause.iteration} ${cause.id}`}>
            <CauseTag cause={cause} />
            {cause.reason !== null && (
              <p className="versions-reason" dir="auto">
                {cause.reason}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
