/** How satisfied one is with a session, 1 to 10. */
import type { Session } from "@orchestratex/sdk/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { say } from "../ui/toasts.tsx";

const POINTS = Array.from({ length: 10 }, (_, at) => at + 1);

export function SessionRating({ session }: { session: Session }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const rate = useMutation({
    mutationFn: (user_satisfaction: number) =>
      api<Session>(`/api/sessions/${session.id}/feedback`, { method: "POST", body: { user_satisfaction } }),
    onSuccess: (now) => {
      queries.setQueryData(["session", session.id], now);
      say(t("common.saved"));
    },
  });
  const shown = rate.isPending ? rate.variables : session.user_satisfaction;
  return (
    <section className="card">
      <fieldset className="session-rating">
        <legend>{t("history.satisfaction")}</legend>
        <div className="session-points">
          {POINTS.map((points) => (
            <label key={points} data-on={shown !== null && points <= shown}>
              <input
                type="radio"
                name="satisfaction"
                value={points}
                checked={shown !== null && Math.round(shown) === points}
                onChange={() => rate.mutate(points)}
              />
              {points}
            </label>
          ))}
        </div>
        <p className="hint">{t("history.satisfactionHint")}</p>
      </fieldset>
      {rate.error && <Failure error={rate.error} />}
    </section>
  );
}
