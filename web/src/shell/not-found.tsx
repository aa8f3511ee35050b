/** An address that is no page. */
import { Link } from "wouter";
import { useWords } from "../i18n/words.tsx";
import { Empty } from "../ui/parts.tsx";

export function NotFound() {
  const { t } = useWords();
  return (
    <Empty title={t("shell.notFound")}>
      <p>{t("shell.notFoundHint")}</p>
      <Link href="/" className="button primary">
        {t("shell.new")}
      </Link>
    </Empty>
  );
}
