/** What can be done with a thread as a whole: stop it, share it, take it along. */
import { Download, Share2, Square } from "lucide-react";
import { useMemo, useState } from "react";
import { api } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { useActions } from "../shell/shortcuts.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/failure.tsx";
import { Menu } from "../ui/menu.tsx";
import { useThreadPage } from "./context.ts";
import { ShareDialog } from "./share-dialog.tsx";
import { isOver } from "./view.ts";

export function Actions({ threadId }: { threadId: string }) {
  const { view } = useThreadPage();
  const { t } = useWords();
  const [sharing, setSharing] = useState(false);
  return (
    <div className="thread-actions">
      {!isOver(view) && <Stop threadId={threadId} requested={view.stopRequested !== null} />}
      <button type="button" className="button small" onClick={() => setSharing(true)}>
        <Share2 aria-hidden="true" />
        {t("thread.share")}
      </button>
      <Export threadId={threadId} />
      {sharing && <ShareDialog threadId={threadId} onClose={() => setSharing(false)} />}
    </div>
  );
}

function Export({ threadId }: { threadId: string }) {
  const { t } = useWords();
  const href = (format: string) => `/api/threads/${encodeURIComponent(threadId)}/export?format=${format}`;
  return (
    <Menu
      className="button small"
      label={
        <>
          <Download aria-hidden="true" />
          {t("thread.export")}
        </>
      }
    >
      <a role="menuitem" href={href("markdown")} download>
        {t("thread.exportMarkdown")}
      </a>
      <a role="menuitem" href={href("json")} download>
        {t("thread.exportJson")}
      </a>
    </Menu>
  );
}

type When = "now" | "after_iteration";

function Stop({ threadId, requested }: { threadId: string; requested: boolean }) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const stop = async (when: When) => {
    setError(null);
    try {
      await api(`/api/orchestrate/stop/${encodeURIComponent(threadId)}`, { method: "PUT", body: { when } });
      setAsking(false);
    } catch (failure) {
      setError(failure);
      setAsking(true);
    }
  };
  useActions(useMemo(() => [{ label: t("thread.stop"), keys: ["s"], run: () => setAsking(true) }], [t]));
  return (
    <>
      <Menu
        className="button small danger"
        label={
          <>
            <Square aria-hidden="true" />
            {requested ? t("thread.stopping") : t("thread.stop")}
          </>
        }
      >
        <button type="button" role="menuitem" onClick={() => void stop("after_iteration")}>
          {t("thread.stopAfter")}
        </button>
        <button type="button" role="menuitem" onClick={() => void stop("now")}>
          {t("thread.stopNow")}
        </button>
      </Menu>
      {asking && (
        <Dialog title={t("thread.stopTitle")} onClose={() => setAsking(false)}>
          <p>{t("thread.stopText")}</p>
          {error !== null && <Failure error={error} />}
          <div className="actions end">
            <button type="button" className="button" onClick={() => void stop("after_iteration")}>
              {t("thread.stopAfter")}
            </button>
            <button type="button" className="button danger" onClick={() => void stop("now")}>
              {t("thread.stopNow")}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
