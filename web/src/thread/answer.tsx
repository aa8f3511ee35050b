/** The answer: as it is written, as it is judged, and as it stands at the end; with what the critics think of it. */
import "./answer.css";
import { CircleCheck } from "lucide-react";
import { Link } from "wouter";
import { Debate } from "../critique/debate.tsx";
import { search } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { Empty, Model, Skeleton, Spinner } from "../ui/parts.tsx";
import { AnswerFooter } from "./answer-footer.tsx";
import { Wish } from "./answer-wish.tsx";
import { useThreadPage } from "./context.ts";
import { Markdown } from "./markdown.tsx";
import { answeredOf } from "./progress.ts";
import { useKeptRoom, useStickToEnd } from "./room.ts";
import { useMedia } from "./use-media.ts";
import { isOver, type ThreadView } from "./view.ts";

export function Answer() {
  const { t } = useWords();
  const wide = useMedia("(width >= 1180px)");
  return (
    <div className="answer" data-wide={wide}>
      <div className="answer-main">
        <h2 className="hidden-text">{t("thread.answer")}</h2>
        <Wish />
        <Text />
        <AnswerFooter />
      </div>
      {wide && (
        <aside className="answer-side">
          <Debate compact />
        </aside>
      )}
    </div>
  );
}

type Shown = { state: "draft" | "judged" | "final"; id: string; text: string; model: string; iteration: number };

function shownOf(view: ThreadView): Shown | null {
  const { draft, finish } = view;
  if (draft && draft.text !== "") {
    return { state: "draft", id: draft.responseId, text: draft.text, model: draft.model, iteration: draft.iteration };
  }
  const answered = answeredOf(view);
  if (answered) {
    const { responseId: id, text, model, iteration } = answered.version;
    return { state: finish ? "final" : "judged", id, text: finish?.final_response ?? text, model, iteration };
  }
  if (!finish?.final_response) return null;
  const { final_response: text, best_response_id, best_model_id, best_iteration } = finish;
  return {
    state: "final",
    id: best_response_id ?? "",
    text,
    model: best_model_id ?? "",
    iteration: best_iteration ?? 1,
  };
}

function Text() {
  const { view } = useThreadPage();
  const shown = shownOf(view);
  const over = isOver(view);
  const box = useKeptRoom(shown?.id ?? null, over);
  useStickToEnd(shown?.state === "draft" ? shown.text.length : 0);
  if (!shown && over) return <Nothing stopped={view.phase === "stopped"} />;
  return (
    <div ref={box} className="answer-box" data-state={shown?.state ?? "draft"} aria-busy={!over}>
      <Tagline shown={shown} />
      {shown ? (
        <div data-version={shown.id}>
          <Markdown text={shown.text} growing={shown.state === "draft"} />
        </div>
      ) : (
        <Skeleton lines={6} />
      )}
    </div>
  );
}

/** A longer prompt is not put in an address. */
const LONGEST_PROMPT = 2_000;

/** Nothing to read: stopped before there was an answer, or every try failed. */
function Nothing({ stopped }: { stopped: boolean }) {
  const { t } = useWords();
  const { head, readOnly } = useThreadPage();
  const prompt = head.prompt.length <= LONGEST_PROMPT ? head.prompt : null;
  return (
    <Empty title={t(stopped ? "thread.stoppedEmpty" : "thread.noAnswer")}>
      <p>{t(stopped ? "thread.stoppedText" : "thread.noAnswerText")}</p>
      {!readOnly && (
        <Link className="button" href={`/${search({ prompt })}`}>
          {t("thread.remedy.again")}
        </Link>
      )}
    </Empty>
  );
}

/** Which text this is, and whether it may still change. */
function Tagline({ shown }: { shown: Shown | null }) {
  const { t } = useWords();
  const { view } = useThreadPage();
  const author = view.iterations.at(-1)?.author ?? null;
  if (!shown) {
    return (
      <p className="answer-tagline">
        <Spinner />
        {author === null ? t("thread.draft.none") : t("thread.draft.waiting")}
        {author !== null && <Model name={author} />}
      </p>
    );
  }
  const { iteration, model } = shown;
  const refining = view.phase === "refining";
  return (
    <p className="answer-tagline">
      {shown.state === "final" ? <CircleCheck aria-hidden="true" /> : <Spinner />}
      {shown.state === "final" && t(view.restored === iteration ? "thread.draft.restored" : "thread.draft.final")}
      {shown.state === "draft" && t("thread.draft.writing", { number: iteration })}
      {shown.state === "judged" && t(refining ? "thread.draft.refined" : "thread.draft.judged", { number: iteration })}
      <Model name={model} />
    </p>
  );
}
