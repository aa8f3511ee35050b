/** What the reader thinks of the answer: taken or not, 1 to 10, and a word. */
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { type FormEvent, useState } from "react";
import { api } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { say } from "../ui/toasts.tsx";
import { useThreadPage } from "./context.ts";
import { answeredOf } from "./progress.ts";
import { ownComment, ratedElsewhere } from "./rate-view.ts";

type Rating = { user_accepted?: boolean; rating?: number; comment?: string };

const points = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

export function Rate({ threadId }: { threadId: string }) {
  const { t } = useWords();
  const { view } = useThreadPage();
  const [error, setError] = useState<unknown>(null);
  const send = async (rating: Rating) => {
    setError(null);
    try {
      await api(`/api/threads/${encodeURIComponent(threadId)}/feedback`, { method: "POST", body: rating });
      say(t("thread.rate.thanks"));
      return true;
    } catch (failure) {
      setError(failure);
      return false;
    }
  };
  return (
    <section className="answer-rate" aria-label={t("thread.rate.name")}>
      <div className="answer-rate-row">
        <Thumb
          pressed={view.accepted === true}
          name={t("thread.rate.good")}
          onPress={() => send({ user_accepted: true })}
        >
          <ThumbsUp aria-hidden="true" />
        </Thumb>
        <Thumb
          pressed={view.accepted === false}
          name={t("thread.rate.bad")}
          onPress={() => send({ user_accepted: false })}
        >
          <ThumbsDown aria-hidden="true" />
        </Thumb>
        <Points rating={view.rating} onChoose={(rating) => void send({ rating })} />
        <RatedFor />
        <Comment comment={ownComment(view)} onSend={(comment) => send({ comment })} />
      </div>
      {error !== null && <Failure error={error} />}
    </section>
  );
}

/** An opinion stays with the version it was given to. */
function RatedFor() {
  const { t } = useWords();
  const { view } = useThreadPage();
  const number = ratedElsewhere(view, answeredOf(view)?.iteration.number ?? 0);
  return number === null ? null : <span className="thread-rated">{t("thread.rate.forVersion", { number })}</span>;
}

type ThumbProps = { pressed: boolean; name: string; onPress: () => Promise<boolean>; children: React.ReactNode };

function Thumb({ pressed, name, onPress, children }: ThumbProps) {
  return (
    <button
      type="button"
      className="button small icon"
      aria-pressed={pressed}
      aria-label={name}
      title={name}
      onClick={() => void onPress()}
    >
      {children}
    </button>
  );
}

function Points({ rating, onChoose }: { rating: number | null; onChoose: (rating: number) => void }) {
  const { t } = useWords();
  return (
    <fieldset className="answer-points">
      <legend className="hidden-text">{t("thread.rate.points")}</legend>
      {points.map((value) => (
        <label key={value} data-filled={rating !== null && value <= rating}>
          <input
            type="radio"
            name="rating"
            className="hidden-text"
            value={value}
            checked={rating === value}
            onChange={() => onChoose(value)}
          />
          <span>{value}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Comment({ comment, onSend }: { comment: string | null; onSend: (comment: string) => Promise<boolean> }) {
  const { t } = useWords();
  const [text, setText] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (text && text.trim() !== "" && (await onSend(text))) setText(null);
  };
  if (text === null) {
    return (
      <button type="button" className="button quiet small" onClick={() => setText(comment ?? "")}>
        {t(comment === null ? "thread.rate.comment" : "thread.rate.commentChange")}
      </button>
    );
  }
  return (
    <form className="answer-comment" onSubmit={submit}>
      <textarea
        className="input"
        rows={2}
        aria-label={t("thread.rate.comment")}
        maxLength={20_000}
        dir="auto"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="actions">
        <button type="submit" className="button small primary" disabled={text.trim() === ""}>
          {t("common.save")}
        </button>
        <button type="button" className="button small" onClick={() => setText(null)}>
          {t("common.cancel")}
        </button>
      </div>
    </form>
  );
}
