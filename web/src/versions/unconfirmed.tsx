/** Calls whose bill was never seen: what they may have cost at most. It is no part of the total, and stays counted against the limit. */
import type { ModelResponse } from "@orchestratex/sdk/contract";
import { useQuery } from "@tanstack/react-query";
import { api } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { Model } from "../ui/parts.tsx";
import { unconfirmedOf } from "./bill.ts";

export function Unconfirmed() {
  const { t, money } = useWords();
  const { head, view } = useThreadPage();
  const { threadId } = head;
  const asked = threadId !== null && view.finish?.cost_is_estimated === true;
  const { data } = useQuery({
    queryKey: ["thread", threadId, "unconfirmed", view.lastSeq],
    queryFn: ({ signal }) =>
      api<{ items: ModelResponse[] }>(`/api/threads/${threadId}/responses?limit=100`, { signal }),
    enabled: asked,
  });
  const calls = unconfirmedOf(data?.items ?? []);
  if (!asked || calls.length === 0) return null;
  const most = calls.reduce((sum, call) => sum + (call.reserved_cost ?? 0), 0);
  return (
    <section className="versions-part">
      <h2>{t("versions.bill.unconfirmed", { most: money(most) })}</h2>
      <p className="versions-quiet">{t("versions.bill.unconfirmedHint")}</p>
      <ul className="versions-unconfirmed plain">
        {calls.map((call) => (
          <li key={call.id}>
            <Model name={call.model_name} />
            <span>
              {t("versions.bill.about", { cost: money(call.cost ?? 0), most: money(call.reserved_cost ?? 0) })}
            </span>
            {call.error_message !== null && (
              <span className="versions-quiet" lang="en">
                {call.error_message}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
