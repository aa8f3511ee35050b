/** What a thread has cost, of what it may. */
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "./context.ts";
import { useLimit } from "./limit.ts";
import { isEstimated } from "./progress.ts";

const bars = [0, 1, 2, 3, 4];
/** Of the limit, from which it is said that it is near. */
const NEAR = 0.8;

export function CostMeter() {
  const { t, money, percent } = useWords();
  const { view } = useThreadPage();
  const { limit, of, used } = useLimit();
  const share = limit === null || limit === 0 ? 0 : used / limit;
  const sum = (isEstimated(view) ? "~" : "") + money(view.totalCost);
  const values = { limit: money(limit ?? 0), spent: money(used), share: percent(share) };
  const whose = { session: "thread.limitOfSession", thread: "thread.limitOfThread" } as const;
  const limitHint = limit === null ? [] : [of === null ? values.share : t(whose[of], values)];
  const hint = [...limitHint, ...(isEstimated(view) ? [t("thread.estimated")] : [])].join(" ");
  return (
    <span className="thread-fact" title={hint || undefined}>
      <span className="thread-label">{t("thread.spent")}</span>
      <span className={limit === null ? "thread-number" : "thread-number thread-sum"}>
        {limit === null ? sum : t("thread.costOf", { cost: sum, limit: money(limit) })}
      </span>
      {limit !== null && (
        <span className="thread-meter" data-tone={share >= NEAR ? "fair" : "accent"}>
          {bars.map((before) => (
            <span
              key={before}
              style={{ "--filled": Math.min(1, Math.max(0, share * bars.length - before)) } as Record<string, number>}
            />
          ))}
        </span>
      )}
    </span>
  );
}
