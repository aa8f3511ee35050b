/** Says when nothing new can arrive: the line to the server is lost, or the server refuses to tell. */
import { useWords } from "../i18n/words.tsx";
import { Notice, Spinner } from "../ui/parts.tsx";
import { type ThreadPage, useThreadPage } from "./context.ts";
import { isOver } from "./view.ts";

export function LineRefused() {
  const { t } = useWords();
  const { line } = useThreadPage();
  if (line.state !== "refused") return null;
  return (
    <Notice tone="bad" title={t("thread.line.refused")}>
      <p lang="en">{line.detail}</p>
    </Notice>
  );
}

/** What is over does not change: there is nothing to miss. */
export const isLost = ({ line, view }: Pick<ThreadPage, "line" | "view">): boolean =>
  line.state === "lost" && !isOver(view);

export function LineLost() {
  const { t } = useWords();
  const page = useThreadPage();
  const { line, hurry } = page;
  if (line.state !== "lost" || !isLost(page)) return null;
  return (
    <div className="thread-line" role="status">
      <Spinner />
      {t("thread.line.lost", { attempt: line.attempt })}
      {hurry && (
        <button type="button" className="button quiet small" onClick={hurry}>
          {t("thread.line.now")}
        </button>
      )}
    </div>
  );
}
