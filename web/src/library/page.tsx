/** The library: files on their way, files being read, files that can be searched. */
import "./library.css";
import "./rows.css";
import { useMemo } from "react";
import { useSearchParams } from "wouter";
import { useWords } from "../i18n/words.tsx";
import { Choose } from "./choose.tsx";
import { DropAnywhere } from "./drop.tsx";
import { type Filters, readFilters, readQuery, withParams } from "./filters.ts";
import { FindBox, Found } from "./find.tsx";
import { FileList } from "./list.tsx";
import { useFileEvents } from "./live.ts";
import { Status } from "./status.tsx";
import { UploadsPanel } from "./uploads-panel.tsx";

export default function LibraryPage() {
  const { t } = useWords();
  const isLost = useFileEvents();
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => readFilters(params), [params]);
  const query = readQuery(params);
  const narrow = (change: Partial<Filters>) => setParams((before) => withParams(before, change), { replace: true });
  const find = (text: string) => setParams((before) => withParams(before, { find: text }));
  return (
    <div className="library">
      <title>{`${t("library.title")} · OrchestrateX`}</title>
      <DropAnywhere />
      <div className="library-head">
        <h1>{t("library.title")}</h1>
        <Choose />
      </div>
      <p className="library-quiet library-lead">{t("library.lead")}</p>
      <UploadsPanel />
      <FindBox query={query} onFind={find} />
      <Status isLost={isLost} />
      {query === "" ? (
        <FileList filters={filters} onChange={narrow} />
      ) : (
        <Found query={query} onClear={() => find("")} />
      )}
    </div>
  );
}
