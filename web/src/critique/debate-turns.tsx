/** The author's turns, and its critics' points as the one list that it is asked to answer. */
import { CircleCheck, CircleDashed, CircleX, PenLine } from "lucide-react";
import { useWords } from "../i18n/words.tsx";
import { usePlace } from "../thread/place.ts";
import type { Draft, Iteration, Point, Version } from "../thread/view.ts";
import { Model, Spinner, Tag, useModelName } from "../ui/parts.tsx";
import { opening } from "./debate-story.ts";
import { Severity } from "./said-point.tsx";
import { AnswerText } from "./text.tsx";

/** More than is seen of it: the rest fades out. */
const OPENING = 900;
/** What is seen whole, on any screen. */
const SHORT = 250;
const LINES = 5;

export function VersionItem({ version, previousAuthor }: { version: Version; previousAuthor: string | null }) {
  const { t, duration } = useWords();
  const nameFor = useModelName();
  const { goTo } = usePlace();
  const { model, iteration, text, time, finishReason, confidence } = version;
  return (
    <article className="critique-version">
      <header>
        <PenLine className="critique-icon" aria-hidden="true" />
        <h3>
          <Model name={model} /> <span>{t("critique.wroteVersion", { n: iteration })}</span>
        </h3>
        {previousAuthor !== null && previousAuthor !== model && (
          <Tag>{t("critique.insteadOf", { model: nameFor(previousAuthor) })}</Tag>
        )}
        {finishReason === "length" && <Tag tone="fair">{t("critique.cut")}</Tag>}
        <span className="critique-soft critique-time">
          {confidence !== null && `${t("critique.sure", { points: confidence })} · `}
          {duration(time)}
        </span>
      </header>
      <Opening text={text} />
      <button type="button" className="button quiet small" onClick={() => goTo({ tab: "versions", iteration })}>
        {t("critique.readAll")}
      </button>
    </article>
  );
}

export function DraftItem({ draft: { model, iteration, text } }: { draft: Draft }) {
  const { t } = useWords();
  return (
    <article className="critique-version" data-draft>
      <header>
        <Spinner />
        <h3>
          <Model name={model} /> <span>{t("critique.writes", { n: iteration })}</span>
        </h3>
      </header>
      <Opening text={text} growing />
      <p className="critique-soft">{t("critique.draft")}</p>
    </article>
  );
}

/** Its first lines: they fade where there are more. */
function Opening({ text, growing = false }: { text: string; growing?: boolean }) {
  const shown = opening(text, OPENING);
  const long = shown.length > SHORT || shown.split("\n").length > LINES;
  return (
    <div className="critique-opening" data-long={long}>
      <AnswerText text={shown} below={3} growing={growing} />
    </div>
  );
}

export function MergedItem({ points, judges }: { points: readonly Point[]; judges: number }) {
  const { t, word } = useWords();
  if (points.length === 0) return <p className="critique-aside">{t("critique.mergedNone", { count: judges })}</p>;
  return (
    <div className="critique-merged">
      <h3>{t("critique.merged", { count: points.length })}</h3>
      <ol className="plain">
        {points.map(({ id, severity, criterion, point, by }) => (
          <li key={id}>
            <code>{id}</code>
            <Severity severity={severity} />
            <span className="critique-merged-text">
              <span className="critique-soft">{word("criterion", criterion)}</span> <bdi>{point}</bdi>
            </span>
            <span className="critique-by">
              {by.map((model) => (
                <Model key={model} name={model} bare />
              ))}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

export function ReplyItem({ model, iteration }: { model: string; iteration: Iteration }) {
  const { t, gain: written } = useWords();
  const { number, reply, gain, gainOver } = iteration;
  if (!reply) return null;
  const { base, points } = reply;
  return (
    <div className="critique-reply">
      <header>
        <h3>
          <Model name={model} />{" "}
          <span>{t(base === number - 1 ? "critique.replies" : "critique.repliesOn", { n: base })}</span>
        </h3>
        <Tally points={points} />
      </header>
      <ol className="plain">
        {points.map((point) => (
          <Answered key={point.id} point={point} />
        ))}
      </ol>
      {gain !== null && (
        <p className="critique-gained" data-tone={gain > 0 ? "good" : gain < 0 ? "bad" : "none"}>
          {t(gain > 0 ? "critique.gained" : gain < 0 ? "critique.lost" : "critique.gainedNothing", {
            ...{ n: number, over: gainOver ?? base },
            points: written(gain),
          })}
        </p>
      )}
    </div>
  );
}

export function Tally({ points }: { points: readonly Point[] }) {
  const { t } = useWords();
  const of = (state: Point["state"]) => points.filter((point) => point.state === state).length;
  return (
    <span className="critique-soft">
      {[
        t("critique.accepted", { count: of("accepted") }),
        of("disputed") > 0 ? t("critique.disputed", { count: of("disputed") }) : null,
        of("open") > 0 ? t("critique.open", { count: of("open") }) : null,
      ]
        .filter((part) => part !== null)
        .join(" · ")}
    </span>
  );
}

const icons = { accepted: CircleCheck, disputed: CircleX, open: CircleDashed };

function Answered({ point: { id, point, state, reason, improvement, justification, by } }: { point: Point }) {
  const { t, word } = useWords();
  const Icon = icons[state];
  return (
    <li data-fate={state}>
      <Icon className="critique-icon" aria-hidden="true" />
      <div>
        <p className="critique-asked">
          {by.length === 0 ? <span>{t("critique.yourWish")}</span> : <code>{id}</code>} <bdi>{point}</bdi>
        </p>
        <p>
          <strong className="critique-tinted">{word("critique.fate", state)}</strong> <bdi>{improvement ?? reason}</bdi>
        </p>
        {justification && (
          <p className="critique-soft" dir="auto">
            {justification}
          </p>
        )}
      </div>
    </li>
  );
}
