/** A link by which others may read a thread, and nothing more. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { CopyButton } from "../ui/copy.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/failure.tsx";
import { Skeleton } from "../ui/parts.tsx";

type Share = { id: string; path: string };

export function ShareDialog({ threadId, onClose }: { threadId: string; onClose: () => void }) {
  const { t } = useWords();
  const place = `/api/threads/${encodeURIComponent(threadId)}/share`;
  const queryKey = ["share", threadId];
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey, queryFn: () => api<{ share: Share | null }>(place) });
  const [failure, setFailure] = useState<unknown>(null);
  const change = async (make: () => Promise<Share | null>) => {
    setFailure(null);
    try {
      queries.setQueryData(queryKey, { share: await make() });
    } catch (thrown) {
      setFailure(thrown);
    }
  };
  const create = () => change(() => api<Share>(place, { method: "PUT" }));
  const end = () => change(() => api<undefined>(place, { method: "DELETE" }).then(() => null));
  return (
    <Dialog title={t("thread.shareTitle")} onClose={onClose}>
      <p>{t("thread.shareText")}</p>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error && <Skeleton lines={2} />}
      {data?.share && <Link path={data.share.path} />}
      {data && <p className="thread-hint">{t("thread.shareWho")}</p>}
      {failure !== null && <Failure error={failure} />}
      {data && (
        <div className="actions end">
          {data.share ? (
            <button type="button" className="button danger" onClick={() => void end()}>
              {t("thread.shareEnd")}
            </button>
          ) : (
            <button type="button" className="button primary" onClick={() => void create()}>
              {t("thread.shareMake")}
            </button>
          )}
        </div>
      )}
    </Dialog>
  );
}

function Link({ path }: { path: string }) {
  const { t } = useWords();
  const url = new URL(path, location.origin).href;
  return (
    <div className="thread-link">
      <input className="input" readOnly value={url} aria-label={t("thread.shareLink")} onFocus={select} />
      <CopyButton text={url} label={t("common.copy")} className="button" />
    </div>
  );
}

const select = (event: { currentTarget: HTMLInputElement }) => event.currentTarget.select();
