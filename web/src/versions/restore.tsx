/** An earlier version made the final answer, once it was asked whether it should be. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import type { Version } from "../thread/view.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/failure.tsx";
import { Spinner } from "../ui/parts.tsx";
import { say } from "../ui/toasts.tsx";

/** `now`: the iteration that is final; null: none is. */
type Props = { threadId: string; version: Version; now: number | null; onClose: () => void };

export function Restore({ threadId, version, now, onClose }: Props) {
  const { t } = useWords();
  const client = useQueryClient();
  const number = version.iteration;
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      api(`/api/threads/${encodeURIComponent(threadId)}/final`, {
        method: "PUT",
        body: { response_id: version.responseId },
      }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["thread", threadId] });
      say(t("versions.restored", { number }));
      onClose();
    },
  });
  return (
    <Dialog title={t("versions.restoreAsk")} onClose={onClose}>
      <p>{now === null ? t("versions.restoreAlone", { number }) : t("versions.restoreHint", { number, now })}</p>
      {error && <Failure error={error} />}
      <div className="actions end">
        <button type="button" className="button quiet" onClick={onClose}>
          {t("common.cancel")}
        </button>
        <button type="button" className="button primary" disabled={isPending} onClick={() => mutate()}>
          {isPending && <Spinner />}
          {t("versions.restore")}
        </button>
      </div>
    </Dialog>
  );
}
