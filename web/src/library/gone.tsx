/** A file that is not there: it was deleted, perhaps a moment ago and in another window. */
import { Link } from "wouter";
import { useWords } from "../i18n/words.tsx";

export function Gone() {
  const { t } = useWords();
  return (
    <div className="empty">
      <title>{`${t("library.gone")} · OrchestrateX`}</title>
      <h1>{t("library.gone")}</h1>
      <p>{t("library.goneHint")}</p>
      <Link href="/library" className="button primary">
        {t("library.backToFiles")}
      </Link>
    </div>
  );
}
