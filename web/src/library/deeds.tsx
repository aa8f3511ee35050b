/** What can be done with a file. */
import type { StoredFile } from "@orchestratex/sdk/contract";
import { CircleStop, Download, Ellipsis, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Failure } from "../ui/failure.tsx";
import { Menu } from "../ui/menu.tsx";
import { Spinner } from "../ui/parts.tsx";
import { say } from "../ui/toasts.tsx";
import { type Deed, pathOf, useDeed } from "./data.ts";

const canCancel = ({ status }: StoredFile): boolean => status === "queued" || status === "processing";
const canRetry = ({ status }: StoredFile): boolean => status === "ready" || status === "failed";

type Props = { file: StoredFile; onGone?: () => void };

/** As buttons, where there is room. */
export function Deeds({ file, onGone }: Props) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  const deed = useSaidDeed(file);
  return (
    <div className="library-deeds">
      <div className="actions">
        {file.status !== "uploading" && (
          <a className="button small" href={pathOf(file.id, "/download")} download>
            <Download aria-hidden="true" />
            {t("library.download")}
          </a>
        )}
        {canRetry(file) && (
          <button type="button" className="button small" disabled={deed.isPending} onClick={() => deed.mutate("retry")}>
            <RotateCw aria-hidden="true" />
            {t("library.retry")}
          </button>
        )}
        {canCancel(file) && (
          <button
            type="button"
            className="button small"
            disabled={deed.isPending}
            onClick={() => deed.mutate("cancel")}
          >
            <CircleStop aria-hidden="true" />
            {t("library.cancel")}
          </button>
        )}
        <button type="button" className="button small danger" onClick={() => setAsking(true)}>
          <Trash2 aria-hidden="true" />
          {t("library.delete")}
        </button>
      </div>
      {deed.error && <Failure error={deed.error} />}
      {asking && <DeleteDialog file={file} onClose={() => setAsking(false)} {...(onGone && { onGone })} />}
    </div>
  );
}

/** Behind a button, in a row of a list. */
export function DeedsMenu({ file }: Props) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  const deed = useSaidDeed(file);
  return (
    <>
      <Menu
        className="button quiet small icon"
        name={t("library.deedsOf", { name: file.name })}
        label={deed.isPending ? <Spinner /> : <Ellipsis aria-hidden="true" />}
      >
        {file.status !== "uploading" && (
          <a role="menuitem" tabIndex={-1} href={pathOf(file.id, "/download")} download>
            <Download aria-hidden="true" />
            {t("library.download")}
          </a>
        )}
        {canRetry(file) && (
          <button type="button" role="menuitem" tabIndex={-1} onClick={() => deed.mutate("retry")}>
            <RotateCw aria-hidden="true" />
            {t("library.retry")}
          </button>
        )}
        {canCancel(file) && (
          <button type="button" role="menuitem" tabIndex={-1} onClick={() => deed.mutate("cancel")}>
            <CircleStop aria-hidden="true" />
            {t("library.cancel")}
          </button>
        )}
        <button type="button" role="menuitem" tabIndex={-1} onClick={() => setAsking(true)}>
          <Trash2 aria-hidden="true" />
          {t("library.delete")}
        </button>
      </Menu>
      {deed.error && (
        <Dialog title={t("common.failed")} onClose={() => deed.reset()}>
          <Failure error={deed.error} />
        </Dialog>
      )}
      {asking && <DeleteDialog file={file} onClose={() => setAsking(false)} />}
    </>
  );
}

/** Beside a failure that may not come again. */
export function RetryButton({ file }: { file: StoredFile }) {
  const { t } = useWords();
  const deed = useSaidDeed(file);
  return (
    <div className="library-again">
      <button
        type="button"
        className="button small"
        aria-label={t("library.retryOf", { name: file.name })}
        disabled={deed.isPending}
        onClick={() => deed.mutate("retry")}
      >
        <RotateCw aria-hidden="true" />
        {t("library.retry")}
      </button>
      {deed.error && <Failure error={deed.error} />}
    </div>
  );
}

function useSaidDeed({ id, name }: StoredFile) {
  const { t } = useWords();
  const told: Record<Deed, string> = {
    retry: t("library.retrySaid", { name }),
    cancel: t("library.cancelSaid", { name }),
    delete: t("library.deleteSaid", { name }),
  };
  return useDeed(id, (deed) => say(told[deed]));
}

function DeleteDialog({ file, onClose, onGone }: Props & { onClose: () => void }) {
  const { t } = useWords();
  const { name, id } = file;
  const deed = useDeed(id, () => {
    say(t("library.deleteSaid", { name }));
    onClose();
    onGone?.();
  });
  return (
    <Dialog title={t("library.deleteTitle")} onClose={onClose}>
      <p>
        <bdi className="library-breaks">{name}</bdi>
      </p>
      <p>{t("library.deleteHint")}</p>
      {deed.error && <Failure error={deed.error} />}
      <div className="actions end">
        <button type="button" className="button" data-first onClick={onClose}>
          {t("common.cancel")}
        </button>
        <button type="button" className="button danger" disabled={deed.isPending} onClick={() => deed.mutate("delete")}>
          {deed.isPending ? <Spinner /> : <Trash2 aria-hidden="true" />}
          {t("library.deleteNow")}
        </button>
      </div>
    </Dialog>
  );
}
