/** What could not be read, why, and a way to try again. */

import { detailOf } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { Notice } from "./parts.tsx";

export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useWords();
  const detail = detailOf(error);
  return (
    <Notice tone="bad" title={detail === null ? t("common.unreachable") : t("common.failed")}>
      {detail !== null && <p lang="en">{detail}</p>}
      {onRetry && (
        <div>
          <button type="button" className="button small" onClick={onRetry}>
            {t("common.again")}
          </button>
        </div>
      )}
    </Notice>
  );
}
