/** How a short question to a model went: what it wrote, or why not, in its provider's words. */
import type { ModelTest } from "@orchestratex/sdk/contract";
import { X } from "lucide-react";
import { useWords } from "../i18n/words.tsx";
import { Notice } from "../ui/parts.tsx";

export function TestResult({ result, onClose }: { result: ModelTest; onClose: () => void }) {
  const { t, word, duration, money, clock } = useWords();
  const { ok, response_time, cost, output, detail, code, tested_at } = result;
  const title = t(ok ? "models.testOk" : "models.testFailed", { time: duration(response_time) });
  return (
    <div className="models-outcome" role="status">
      <Notice tone={ok ? "good" : "bad"} title={title}>
        {output !== null && <blockquote>{output}</blockquote>}
        {detail !== null && <p lang="en">{detail}</p>}
        <p className="models-small">
          {code !== null && <span>{word("thread.fault", code)}</span>}{" "}
          {ok && t("models.testCost", { cost: cost === null ? t("common.unknown") : money(cost) })} {clock(tested_at)}
        </p>
      </Notice>
      <button type="button" className="button quiet icon small" aria-label={t("common.close")} onClick={onClose}>
        <X aria-hidden="true" />
      </button>
    </div>
  );
}
