/** What did not go as planned, before the answer that it touches. Nothing when all went well. */
import "./banner.css";
import { memo, useMemo, useState } from "react";
import { Link } from "wouter";
import { useWords, type Words } from "../i18n/words.tsx";
import { Notice, useModelName } from "../ui/parts.tsx";
import type { Tone } from "../ui/tones.ts";
import { useThreadPage } from "./context.ts";
import { type Concern, concernsOf, type Failed, remedyOf } from "./degraded.ts";
import type { ThreadView, Trouble } from "./view.ts";

/** What did not go as planned so far. */
export function useConcerns(): readonly Concern[] {
  const { phase, iterations, troubles, finish, start } = useThreadPage().view;
  return useMemo(
    () => concernsOf({ phase, iterations, troubles, finish, start }),
    [phase, iterations, troubles, finish, start],
  );
}

/** `concerns`: those that are shown. */
export function Banner({ concerns }: { concerns: readonly Concern[] }) {
  const { view, readOnly } = useThreadPage();
  const { troubles, notice } = view;
  return (
    <>
      {notice && <OperatorNotice notice={notice} />}
      {concerns.length > 0 && <Concerns concerns={concerns} troubles={troubles} readOnly={readOnly} />}
    </>
  );
}

function OperatorNotice({ notice }: { notice: NonNullable<ThreadView["notice"]> }) {
  const { t } = useWords();
  return (
    <Notice tone={notice.level === "warning" ? "fair" : "none"} title={t("thread.banner.notice")}>
      <p lang="en">{notice.text}</p>
    </Notice>
  );
}

/** More stand in the list of all. */
const MOST_SHOWN = 3;

type ConcernsProps = { concerns: readonly Concern[]; troubles: readonly Trouble[]; readOnly: boolean };

const Concerns = memo(function Concerns({ concerns, troubles, readOnly }: ConcernsProps) {
  const { t } = useWords();
  const titleOf = useTitle();
  const [first] = concerns;
  // What ended it, or was all there was, needs no heading over it.
  const main = first && (first.kind === "failed" || concerns.length === 1) ? first : null;
  const rest = main ? concerns.slice(1) : concerns;
  const tone: Tone = main?.kind === "failed" ? "bad" : main?.kind === "retry" ? "none" : "fair";
  return (
    <Notice tone={tone} title={main ? titleOf(main) : t("thread.banner.title")}>
      <div className="trouble-body" data-short={troubles.length > 1}>
        {main && <Detail concern={main} />}
        {rest.length > 0 && (
          <ul className="trouble-list">
            {rest.slice(0, MOST_SHOWN).map((concern) => (
              <li key={`${concern.kind} ${titleOf(concern)}`}>
                <Summary concern={concern} />
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="trouble-more">
        {!readOnly && <Remedies concerns={concerns} />}
        {troubles.length > 1 && <Everything troubles={troubles} />}
      </div>
    </Notice>
  );
});

function useTitle(): (concern: Concern) => string {
  const words = useWords();
  const nameFor = useModelName();
  return (concern) => titleOf(concern, words, nameFor);
}

function titleOf(concern: Concern, { t, word, duration }: Words, nameFor: (model: string) => string): string {
  switch (concern.kind) {
    case "failed":
      return t("thread.banner.failed", { why: word("thread.fault", concern.code) });
    case "critics": {
      const { iteration, answered, asked } = concern;
      return t("thread.banner.critics", { iteration, answered, count: asked });
    }
    case "fallback":
      return concern.to === null
        ? t("thread.banner.nobody", { from: nameFor(concern.model), why: word("thread.fault", concern.code) })
        : t("thread.banner.fallback", {
            ...{ from: nameFor(concern.model), to: nameFor(concern.to), why: word("thread.fault", concern.code) },
          });
    case "retry": {
      const values = { model: nameFor(concern.model), why: word("thread.fault", concern.code) };
      if (!concern.underWay) return t("thread.banner.retried", values);
      return concern.waitMs === null
        ? t("thread.banner.retry", values)
        : t("thread.banner.retryIn", { ...values, wait: duration(concern.waitMs) });
    }
    case "cut":
      return t(concern.filtered ? "thread.banner.filtered" : "thread.banner.cut", { model: nameFor(concern.model) });
    default:
      return t(`thread.banner.${concern.kind}`);
  }
}

/** On as few lines as it can be: the list of all has the rest. */
function Summary({ concern }: { concern: Concern }) {
  const title = useTitle()(concern);
  if (concern.kind === "critics") {
    return (
      <>
        {title} <Detail concern={concern} />
      </>
    );
  }
  return (
    <span className="trouble-line" title={"detail" in concern ? (concern.detail ?? undefined) : undefined}>
      {title} <Detail concern={concern} />
    </span>
  );
}

function Detail({ concern }: { concern: Concern }) {
  if (concern.kind === "critics") {
    return (
      <ul className="trouble-list">
        {concern.failed.map((one) => (
          <li key={one.model}>
            <Why failed={one} />
          </li>
        ))}
      </ul>
    );
  }
  const detail = "detail" in concern ? concern.detail : null;
  return detail && <Quoted text={detail} />;
}

function Why({ failed: { model, code, detail } }: { failed: Failed }) {
  const { word } = useWords();
  const nameFor = useModelName();
  return (
    <span className="trouble-line" title={detail}>
      <strong>{nameFor(model)}</strong>: {word("thread.fault", code)} {detail !== "" && <Quoted text={detail} />}
    </span>
  );
}

/** The provider's words, which are in its language. */
function Quoted({ text }: { text: string }) {
  return (
    <q lang="en" className="trouble-words">
      {text}
    </q>
  );
}

function Remedies({ concerns }: { concerns: readonly Concern[] }) {
  const { t } = useWords();
  const codes = concerns.flatMap((concern) => {
    if (concern.kind === "critics") return concern.failed.map(({ code }) => code);
    if (concern.kind === "budget" || concern.kind === "limit" || concern.kind === "unasked") return ["cost_limit"];
    if (concern.kind === "bill") return ["bill_exceeded"];
    return "code" in concern ? [concern.code] : [];
  });
  const remedies = new Map(codes.flatMap((code) => [remedyOf(code) ?? []].flat()).map((one) => [one.phrase, one]));
  if (remedies.size === 0) return null;
  return (
    <ul className="plain trouble-remedies">
      {[...remedies.values()].map(({ phrase, href }) => (
        <li key={phrase}>
          {href ? <Link href={href}>{t(`thread.remedy.${phrase}`)}</Link> : t(`thread.remedy.${phrase}`)}
        </li>
      ))}
    </ul>
  );
}

/** Thousands would take seconds to draw, and nobody reads them here. */
const MOST_LISTED = 100;

function Everything({ troubles }: { troubles: readonly Trouble[] }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t("thread.banner.all", { count: troubles.length })}</summary>
      {open && troubles.length > MOST_LISTED && <p>{t("thread.banner.newest", { count: MOST_LISTED })}</p>}
      {open && <Listed troubles={troubles.slice(-MOST_LISTED)} />}
    </details>
  );
}

function Listed({ troubles }: { troubles: readonly Trouble[] }) {
  const { t, word, clock } = useWords();
  const nameFor = useModelName();
  return (
    <ol className="trouble-list">
      {troubles.map(({ seq, at, model, iteration, code, detail }) => (
        <li key={seq}>
          <time dateTime={at}>{clock(at)}</time> {iteration ? `${t("thread.iteration", { number: iteration })} ` : ""}
          {model && <strong>{nameFor(model)}</strong>} {word("thread.fault", code)} <Quoted text={detail} />
        </li>
      ))}
    </ol>
  );
}
