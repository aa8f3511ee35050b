/** A thread's course: who did what, when, with what result. It knows nothing of the growing text, so it is drawn anew only for what happens. */
import "./timeline.css";
import { memo, useEffect, useMemo, useRef } from "react";
import { useWords } from "../i18n/words.tsx";
import { useModelName } from "../ui/parts.tsx";
import { useThreadPage } from "./context.ts";
import { sentenceOf } from "./header.tsx";
import { type Course, courseOf, progressOf } from "./lanes.ts";
import { type GoTo, usePlace } from "./place.ts";
import { standingOf } from "./progress.ts";
import { Scroll } from "./scroll.tsx";
import { CourseTable } from "./timeline-table.tsx";
import { useMedia } from "./use-media.ts";
import { isOver, type ThreadView } from "./view.ts";

export function Timeline() {
  const { view } = useThreadPage();
  const { goTo } = usePlace();
  const { choice, iterations, troubles, phase, finish } = view;
  const course = useMemo(
    () => courseOf({ choice, iterations, troubles, phase, finish }),
    [choice, iterations, troubles, phase, finish],
  );
  const narrow = useMedia("(width < 700px)");
  return narrow ? <Folded course={course} view={view} goTo={goTo} /> : <Open course={course} goTo={goTo} />;
}

/** What is newest is in sight, also where there are many steps. */
const Open = memo(function Open({ course, goTo }: { course: Course; goTo: GoTo }) {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const steps = course.columns.length;
  useEffect(() => {
    if (steps > 0) box.current?.scrollTo({ left: box.current.scrollWidth });
  }, [steps]);
  return (
    <Scroll ref={box} className="course" label={t("thread.course")}>
      <CourseTable course={course} goTo={goTo} />
    </Scroll>
  );
});

/** One line for small screens; all of it on demand. */
function Folded({ course, view, goTo }: { course: Course; view: ThreadView; goTo: GoTo }) {
  const words = useWords();
  const nameFor = useModelName();
  const { done, all } = progressOf(course, view.phase);
  const over = isOver(view);
  return (
    <details className="course-folded">
      <summary>
        <span className="course-sentence">{sentenceOf(standingOf(view), words, nameFor)}</span>
        <span className="course-more">{words.t("thread.details")}</span>
        <span className="course-steps" data-over={over} aria-hidden="true">
          {course.columns.map(({ step, iteration }, at) => (
            <span
              key={`${step}-${iteration}`}
              data-state={at < done ? "done" : at === done && !over ? "running" : ""}
            />
          ))}
        </span>
        <span className="hidden-text">{words.t("thread.steps", { done, count: all })}</span>
      </summary>
      <Open course={course} goTo={goTo} />
    </details>
  );
}
