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
  const to = targetOf(written, asked);
  const given = written.find(({ number }) => number === base && number !== to.number);
  const from = given ?? written.find(({ number }) => number === (bases.get(to.number) ?? to.number - 1)) ?? null;
  return (
    <div className="versions">
      <Chart />
      <VersionList written={written} shown={to.number} onShow={show} />
      <div ref={changes} className="versions-anchor">
        <Comparison written={written} from={from} to={to} onFrom={setBase} onTo={(iteration) => goTo({ iteration })} />
      </div>
    </div>
  );
}

const writtenOf = ({ iterations }: ThreadView): Written[] =>
  iterations.filter((one): one is Written => one.version !== null);

/** The one asked for; else the best, if anything came before it; else the last. */
function targetOf(written: readonly Written[], asked: number | null): Written {
  const best = written.find((one) => one.best && one !== written[0]);
  const found = written.find(({ number }) => number === asked) ?? best ?? written.at(-1);
  if (!found) throw new RangeError("there is no version");
  return found;
}
