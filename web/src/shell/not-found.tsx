/** An address that is no page. */
import { Link } from "wouter";
import { useWords } from "../i18n/words.tsx";

export function NotFound() {
  const { t } = useWords();
  return (
    <div className="empty">
      <title>{`${t("shell.notFound")} · OrchestrateX`}</title>
      <h1>{t("shell.notFound")}</h1>
      <p>{t("shell.notFoundHint")}</p>
      <Link href="/" className="button primary">
        {t("shell.new")}
      </Link>
    </div>
  );
}
