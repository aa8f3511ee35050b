/** A library without files: what it takes, and how much. */
import { useWords } from "../i18n/words.tsx";
import { useProcessing } from "./data.ts";
import { useTypeName } from "./standing.tsx";
import { families, familyNames, familyOf } from "./types.ts";

export function Nothing() {
  const { t, word, bytes, list } = useWords();
  const typeName = useTypeName();
  const { data } = useProcessing();
  const types = data?.accepts.types ?? null;
  const taken = (type: string) => types === null || types.includes(type);
  const others = types?.filter((type) => familyOf(type) === null) ?? [];
  return (
    <section className="library-nothing">
      <h2>{t("library.nothingYet")}</h2>
      <p>{t("library.nothingYetHint")}</p>
      <dl>
        {familyNames.map((family) => {
          const here = families[family].filter(taken);
          if (here.length === 0) return null;
          return (
            <div key={family}>
              <dt>{word("library.family", family)}</dt>
              <dd>{here.map((type) => typeName(type)).join(", ")}</dd>
            </div>
          );
        })}
      </dl>
      {types === null && <p>{t("library.othersToo")}</p>}
      {others.length > 0 && <p>{list(others)}</p>}
      {data && <p>{t("library.limit", { size: bytes(data.accepts.max_file_size) })}</p>}
    </section>
  );
}
