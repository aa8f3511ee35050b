/** The versions of a thread: how their scores went, what changed between them and why, and an earlier one restored. */
import "./versions.css";
import { useCallback, useMemo, useRef, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { usePlace } from "../thread/place.ts";
import { type Iteration, isOver, type ThreadView, type Version } from "../thread/view.ts";
import { Empty } from "../ui/parts.tsx";
import { Chart } from "./chart.tsx";
import { Comparison } from "./comparison.tsx";
import { basesOf } from "./lineage.ts";
import { VersionList } from "./list.tsx";
import { pairOf } from "./pair.ts";

export type Written = Iteration & { version: Version };

export function Versions() {
  const { t } = useWords();
  const { view, events } = useThreadPage();
  const { iteration: asked, goTo } = usePlace();
  const [base, setBase] = useState<number | null>(null);
  const changes = useRef<HTMLDivElement>(null);
  const written = useMemo(() => writtenOf(view), [view]);
  const bases = useMemo(() => basesOf(events), [events]);
  const show = useCallback(
    (iteration: number) => {
      setBase(null);
      goTo({ iteration });
      changes.current?.scrollIntoView({ block: "start" });
    },
    [goTo],
  );
  if (written.length === 0)
    return (
      <Empty title={t("versions.none")}>
        <p>{t(isOver(view) ? "versions.failed" : "versions.noneHint")}</p>
      </Empty>
    );
  const { from, to } = pairOf(written, { asked, base, bases });
  const choose = (iteration: number) => {
    // What was compared stays one side of it.
    setBase(iteration === from?.number ? to.number : (from?.number ?? null));
    goTo({ iteration });
  };
  return (
    <div className="versions">
      <Chart />
      <VersionList written={written} shown={to.number} onShow={show} />
      <div ref={changes} className="versions-anchor">
        <Comparison written={written} from={from} to={to} onFrom={setBase} onTo={choose} />
      </div>
    </div>
  );
}

const writtenOf = ({ iterations }: ThreadView): Written[] =>
  iterations.filter((one): one is Written => one.version !== null);
