/** A thread's course, and what did not go as planned in it: while somebody looks on, that is a sign in the corner, which moves nothing. */
import "./course.css";
import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { Banner, useConcerns } from "./banner.tsx";
import { useThreadPage } from "./context.ts";
import { answeredOf } from "./progress.ts";
import { Timeline } from "./timeline.tsx";
import { isOver } from "./view.ts";

export function CourseAndTroubles() {
  const concerns = useConcerns();
  const inCorner = useWatched() && concerns.length > 0;
  const [open, setOpen] = useState(false);
  return (
    <>
      <div className="course-frame" data-hitches={inCorner}>
        <Timeline />
        {inCorner && <Hitches count={concerns.length} open={open} onPress={() => setOpen(!open)} />}
      </div>
      <Banner concerns={inCorner && !open ? [] : concerns} />
    </>
  );
}

/** Whether an answer may be read that was on its way when this was first shown: nothing may push it down. */
function useWatched(): boolean {
  const { view } = useThreadPage();
  const over = isOver(view);
  const [ran, setRan] = useState(!over);
  if (!over && !ran) setRan(true);
  return ran && !(over && answeredOf(view) === null);
}

function Hitches({ count, open, onPress }: { count: number; open: boolean; onPress: () => void }) {
  const { t } = useWords();
  return (
    <button type="button" className="course-hitches" aria-expanded={open} onClick={onPress}>
      <TriangleAlert aria-hidden="true" />
      <span className="course-hitches-count" aria-hidden="true">
        {count}
      </span>
      <span className="course-hitches-name">{t("thread.hitches", { count })}</span>
    </button>
  );
}
