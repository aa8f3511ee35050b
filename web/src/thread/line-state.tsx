/** Says when nothing new can arrive: the line to the server is lost, or the server refuses to tell. */
import { useWords } from "../i18n/words.tsx";
import { Notice, Spinner } from "../ui/parts.tsx";
import { useThreadPage } from "./context.ts";
import { isOver } from "./view.ts";

export function LineState() {
  const { t } = useWords();
  const { line, view, hurry } = useThreadPage();
  if (line.state === "refused") {
    return (
      <Notice tone="bad" title={t("thread.line.refused")}>
        <p lang="en">{line.detail}</p>
      </Notice>
    );
  }
  // What is over does not change: there is nothing to miss.
  if (line.state !== "lost" || isOver(view)) return null;
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
