/** Why the server did not take what was asked: each field by the name it has on this page, the reason in the server's words. */
import { ApiError } from "@orchestratex/sdk/browser";
import { detailOf } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";

export function Refusal({ error }: { error: unknown }) {
  const { word, t } = useWords();
  const fields = (error instanceof ApiError && error.problem?.errors) || [];
  if (fields.length === 0) {
    const detail = detailOf(error);
    return detail === null ? t("common.unreachable") : <span lang="en">{detail}</span>;
  }
  return fields.map(({ path, problem }, at) => (
    <span key={path}>
      {at > 0 && "; "}
      {word("ask.field", path.split(".")[0] ?? path)}: <span lang="en">{problem}</span>
    </span>
  ));
}
