/** Who judged which version how: the scores, the judged answer beside them, and a judgement in full. */
import { useCallback, useMemo, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { usePlace } from "../thread/place.ts";
import { useMedia } from "../thread/use-media.ts";
import { isOver, type ThreadView } from "../thread/view.ts";
import { Skeleton } from "../ui/parts.tsx";
import { Controls, type Look } from "./controls.tsx";
import { Inspector } from "./inspector.tsx";
import { JudgedAnswer } from "./judged-answer.tsx";
import { ScoreList } from "./list.tsx";
import { MatrixTable, type Select, type Selection } from "./matrix.tsx";
import { Nobody } from "./nobody.tsx";
import { byCriterion, byVersion, criticsOf, type Matrix, shownIteration } from "./scores.ts";
import { useInspected } from "./use-inspected.ts";
import "./critique.css";
import "./matrix.css";
import "./points.css";

export function Critiques() {
  const { view } = useThreadPage();
  const { choice, iterations } = view;
  const critics = useMemo(() => criticsOf({ choice, iterations }), [choice, iterations]);
  if (critics.length > 0) return <Judged critics={critics} />;
  return view.choice || isOver(view) ? <Nobody critics={0} /> : <Skeleton lines={6} />;
}

function Judged({ critics }: { critics: readonly string[] }) {
  const { t } = useWords();
  const { view } = useThreadPage();
  const { iteration: wished, model } = usePlace();
  const narrow = useMedia("(width < 700px)");
  const [look, setLook] = useState<Look>({ as: null, by: "version", measure: "overall" });
  const iteration = shownIteration(view, wished);
  const { measure } = look;
  const selected = useMemo<Selection>(() => ({ iteration, model, measure }), [iteration, model, measure]);
  const shown = { matrix: useMatrix(view, look, iteration), selected, onSelect: useSelect(look, setLook), by: look.by };
  const asList = (look.as ?? (narrow ? "list" : "table")) === "list";
  const unjudged = isOver(view) && view.iterations.every(({ score }) => score === null);
  return (
    <section className="critique" aria-label={t("critique.title")}>
      <Controls look={look} asList={asList} onChange={setLook} />
      {unjudged && <Nobody critics={critics.length} />}
      <Shown asList={asList} {...shown} />
    </section>
  );
}

type ShownProps = {
  asList: boolean;
  matrix: Matrix;
  by: Look["by"];
  selected: Selection;
  onSelect: Select;
};

/** Scores and answer one below the other, the judgement beside both; in a list it stands under its score. */
function Shown({ asList, ...grid }: ShownProps) {
  const { t } = useWords();
  const { view } = useThreadPage();
  const { selected } = grid;
  const inspected = useInspected(selected);
  const panel = inspected && <Inspector {...inspected.panel} measure={selected.measure} />;
  const inList = asList && selected.model !== null;
  const caption =
    grid.by === "version"
      ? t("critique.captionVersions")
      : t("critique.captionCriteria", { n: selected.iteration ?? 1 });
  return (
    <div className="critique-columns" data-side={!inList}>
      <div className="critique-scores">
        {asList ? <ScoreList {...grid} panel={panel} /> : <MatrixTable {...grid} caption={caption} />}
      </div>
      {!inList && panel && (
        <aside className="critique-side" aria-label={t("critique.panel")}>
          {panel}
        </aside>
      )}
      <div className="critique-beside">
        {inspected ? (
          <JudgedAnswer {...inspected.answer} language={view.analysis?.language ?? undefined} />
        ) : (
          !isOver(view) && <Skeleton lines={8} />
        )}
      </div>
    </div>
  );
}

function useMatrix({ iterations, choice, phase }: ThreadView, { by, measure }: Look, iteration: number | null): Matrix {
  return useMemo(() => {
    const judged = { iterations, choice, phase };
    return by === "version" || iteration === null ? byVersion(judged, measure) : byCriterion(judged, iteration);
  }, [iterations, choice, phase, by, measure, iteration]);
}

/** A cell says whose judgement, of what, and by which measure; a head says only the last two. */
function useSelect(look: Look, setLook: (look: Look) => void): Select {
  const { model: before, goTo } = usePlace();
  return useCallback(
    ({ iteration, measure, model }) => {
      if (look.by === "criterion") setLook({ ...look, measure });
      goTo({ iteration, model: look.by === "criterion" && model === null ? before : model });
    },
    [look, setLook, before, goTo],
  );
}
