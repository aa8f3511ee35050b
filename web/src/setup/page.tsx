/** The first steps. Each can be skipped, left and taken up again; the address says which is shown, so back and forward work. */
import "../ask/ask.css";
import "./setup.css";
import "./care.css";
import { ArrowLeft, ArrowRight, Check } from "lucide-react";
import { type ComponentType, useEffect, useRef } from "react";
import { Link, useSearchParams } from "wouter";
import { setPreferences } from "../data/preferences.ts";
import { useWords } from "../i18n/words.tsx";
import { Care } from "./care.tsx";
import { Machine } from "./machine.tsx";
import { Models } from "./models.tsx";
import { beside, progressOf, type Step, stepOf, steps } from "./steps.ts";

const KEY = "orchestratex.setup";

const bodies: Record<Step, ComponentType<{ onNext: () => void }>> = { machine: Machine, models: Models, care: Care };

export default function SetupPage() {
  const { t } = useWords();
  const { step, go } = useStep();
  useWelcomed();
  const Body = bodies[step];
  const [before, after] = [beside(step, -1), beside(step, 1)];
  const title = useFocusOnStep(step);
  return (
    <div className="setup">
      <title>{`${t("setup.title")} · OrchestrateX`}</title>
      <header className="setup-head">
        <h1>{t("setup.heading")}</h1>
        <p>{t("setup.lead")}</p>
      </header>
      <Progress shown={step} onGo={go} />
      <section className="setup-body" aria-labelledby="setup-step">
        <h2 id="setup-step" ref={title} tabIndex={-1}>
          {t(`setup.${step}Title`)}
        </h2>
        <Body onNext={() => after && go(after)} />
      </section>
      <nav className="setup-foot" aria-label={t("setup.steps")}>
        {before && (
          <button type="button" className="button" onClick={() => go(before)}>
            <ArrowLeft aria-hidden="true" />
            {t("setup.back")}
          </button>
        )}
        {!after && (
          <Link href="/" className="button setup-finish">
            {t("setup.finish")}
            <ArrowRight aria-hidden="true" />
          </Link>
        )}
        {after && (
          <>
            <Link href="/" className="button quiet">
              {t("setup.skip")}
            </Link>
            <button type="button" className="button primary" onClick={() => go(after)}>
              {t("setup.next")}
              <ArrowRight aria-hidden="true" />
            </button>
          </>
        )}
      </nav>
    </div>
  );
}

function left(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function useStep(): { step: Step; go: (step: Step) => void } {
  const [params, setParams] = useSearchParams();
  const named = params.get("step");
  const step = stepOf(named, left());
  // Said in the address from the start: else the way back would lead to whatever was left last.
  useEffect(() => {
    if (named !== step) setParams({ step }, { replace: true });
  }, [named, step, setParams]);
  useEffect(() => {
    try {
      localStorage.setItem(KEY, step);
    } catch {
      // Forbidden or full: then the first steps start at the first.
    }
  }, [step]);
  return { step, go: (next) => setParams({ step: next }) };
}

/** Whoever leaves this page, by whatever way, is not led here again. */
function useWelcomed(): void {
  useEffect(() => () => setPreferences({ welcomed: true }), []);
}

/** A step is read from its title on; not the first one shown, which is the page's own start. */
function useFocusOnStep(step: Step) {
  const title = useRef<HTMLHeadingElement>(null);
  const seen = useRef(step);
  useEffect(() => {
    if (seen.current === step) return;
    seen.current = step;
    scrollTo(0, 0);
    title.current?.focus({ preventScroll: true });
  }, [step]);
  return title;
}

function Progress({ shown, onGo }: { shown: Step; onGo: (step: Step) => void }) {
  const { t } = useWords();
  return (
    <ol className="setup-progress plain">
      {steps.map((step, at) => {
        const progress = progressOf(step, shown);
        return (
          <li key={step} data-progress={progress}>
            <button type="button" aria-current={progress === "now" ? "step" : undefined} onClick={() => onGo(step)}>
              <span className="setup-number" aria-hidden="true">
                {progress === "done" ? <Check /> : at + 1}
              </span>
              <span>{t(`setup.${step}`)}</span>
              {progress === "done" && <span className="hidden-text">{t("setup.done")}</span>}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
