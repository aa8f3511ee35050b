/** How careful questions start out, what that may cost, and the first question. */
import type { AskPrompt, Preview } from "@orchestratex/sdk/contract";
import { useQuery } from "@tanstack/react-query";
import { ArrowUp } from "lucide-react";
import { Budget } from "../ask/budget.tsx";
import { upward } from "../ask/estimate.ts";
import type { Mode } from "../ask/form.ts";
import { Modes } from "../ask/modes.tsx";
import { Refusal } from "../ask/refusal.tsx";
import { useSend } from "../ask/use-send.ts";
import { api } from "../data/http.ts";
import { setPreferences, usePreferences } from "../data/preferences.ts";
import { useWords } from "../i18n/words.tsx";
import { Notice, Spinner } from "../ui/parts.tsx";

export function Care() {
  const { t } = useWords();
  const { mode, budget } = usePreferences();
  const prompt = t("ask.exampleFactual");
  return (
    <>
      <p>{t("setup.careLead")}</p>
      <div className="setup-care">
        <Modes
          value={mode}
          onChange={(chosen) => setPreferences({ mode: chosen })}
          legend={<span className="hidden-text">{t("ask.mode")}</span>}
          more={(one) => <About mode={one} prompt={prompt} />}
        />
      </div>
      <p className="setup-note">{t("setup.perQuestionFor", { prompt })}</p>
      <div className="setup-budget">
        <Budget
          label={t("setup.budgetLabel")}
          value={budget}
          onChange={(chosen) => setPreferences({ budget: chosen })}
        />
        <p className="setup-note">{t("setup.budget")}</p>
      </div>
      <First prompt={prompt} />
    </>
  );
}

/** What happens in a mode, and what a usual question would cost in it. Its room is there before the estimate. */
function About({ mode, prompt }: { mode: Mode; prompt: string }) {
  const { t, money } = useWords();
  const { strategy } = usePreferences();
  const body: AskPrompt = { prompt, mode, strategy };
  const { data, error } = useQuery({
    queryKey: ["preview", body],
    queryFn: ({ signal }) => api<Preview>("/api/orchestrate/preview", { method: "POST", body, signal }),
    retry: false,
  });
  return (
    <>
      <span className="setup-how">{t(`setup.${mode}How`)}</span>
      <span className="setup-cost">
        {data
          ? t("ask.cost", { usual: money(data.cost_usual), high: money(upward(data.cost_range.high)) })
          : error
            ? t("setup.noEstimate")
            : t("ask.estimating")}
      </span>
    </>
  );
}

function First({ prompt }: { prompt: string }) {
  const { t } = useWords();
  const { mode, strategy, budget } = usePreferences();
  const { send, isSending, error } = useSend();
  return (
    <section className="setup-first" aria-labelledby="setup-first">
      <h3 id="setup-first">{t("setup.firstTitle")}</h3>
      <blockquote>{prompt}</blockquote>
      <div role="alert">
        {error !== null && (
          <Notice tone="bad" title={t("ask.failed")}>
            <p>
              <Refusal error={error} />
            </p>
          </Notice>
        )}
      </div>
      <div className="actions">
        <button
          type="button"
          className="button primary"
          disabled={isSending}
          onClick={() => send({ prompt, mode, strategy, ...(budget !== null && { cost_limit: budget }) })}
        >
          {isSending ? <Spinner /> : <ArrowUp aria-hidden="true" />}
          {t(isSending ? "ask.sending" : "setup.askExample")}
        </button>
      </div>
    </section>
  );
}
