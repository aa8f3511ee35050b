/** All files, newest first, narrowed by name, status and type. */

import type { StoredFile } from "@orchestratex/sdk/contract";
import { fileStatuses } from "@orchestratex/sdk/lists";
import { Search } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Empty, Skeleton } from "../ui/parts.tsx";
import { useFiles } from "./data.ts";
import { type Filters, isFiltered, NAME_MAX } from "./filters.ts";
import { Nothing } from "./nothing.tsx";
import { isOpen } from "./queue.ts";
import { FileRow } from "./row.tsx";
import { useTypeName } from "./standing.tsx";
import { families, familyNames } from "./types.ts";
import { useUploads } from "./uploads.ts";

/** After the last key. */
const TYPED_MS = 250;

type Props = { filters: Filters; onChange: (change: Partial<Filters>) => void };

export function FileList({ filters, onChange }: Props) {
  const { t } = useWords();
  const { data, error, isPending, isFetching, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } =
    useFiles(filters);
  const uploads = useUploads();
  const items = useMemo(() => {
    const here = new Set(uploads.flatMap((upload) => (isOpen(upload) && upload.fileId) || []));
    // What is all there but counts as uploading may be a copy of a file that was here: the list will know in a moment.
    const isArriving = ({ status, received, size }: StoredFile) =>
      status === "uploading" && received >= size && uploads.length > 0;
    return (data?.pages.flatMap((page) => page.items) ?? []).filter((file) => !here.has(file.id) && !isArriving(file));
  }, [data, uploads]);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (isPending)
    return (
      <div className="library-waiting">
        <Skeleton lines={8} />
      </div>
    );
  const filtered = isFiltered(filters);
  if (items.length === 0 && !filtered && !hasNextPage) return uploads.length > 0 ? null : <Nothing />;
  return (
    <>
      <Tools filters={filters} onChange={onChange} />
      {items.length === 0 && <NothingFound onClear={() => onChange({ q: "", status: undefined, type: undefined })} />}
      <ol className="plain library-list" aria-busy={isFetching} aria-label={t("library.files")}>
        {items.map((file) => (
          <FileRow key={file.id} file={file} />
        ))}
      </ol>
      {error && <Failure error={error} onRetry={() => void (hasNextPage ? fetchNextPage() : refetch())} />}
      {hasNextPage && (
        <div className="library-more">
          <button type="button" className="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t(isFetchingNextPage ? "common.loading" : "common.more")}
          </button>
        </div>
      )}
    </>
  );
}

function Tools({ filters, onChange }: Props) {
  const { t, word } = useWords();
  const typeName = useTypeName();
  return (
    <search className="library-tools" aria-label={t("library.narrow")}>
      <NameBox value={filters.q} onChange={(q) => onChange({ q })} />
      <select
        className="input"
        data-set={filters.status !== undefined}
        value={filters.status ?? ""}
        aria-label={t("library.byStatus")}
        onChange={({ target }) => onChange({ status: target.value || undefined })}
      >
        <option value="">{t("library.anyStatus")}</option>
        {fileStatuses.map((status) => (
          <option key={status} value={status}>
            {word("library.status", status)}
          </option>
        ))}
      </select>
      <select
        className="input"
        data-set={filters.type !== undefined}
        value={filters.type ?? ""}
        aria-label={t("library.byType")}
        onChange={({ target }) => onChange({ type: target.value || undefined })}
      >
        <option value="">{t("library.anyType")}</option>
        {familyNames.map((family) => (
          <optgroup key={family} label={word("library.family", family)}>
            {families[family].map((type) => (
              <option key={type} value={type}>
                {typeName(type)}
              </option>
            ))}
          </optgroup>
        ))}
        <option value="unknown">{typeName("unknown")}</option>
      </select>
    </search>
  );
}

function NameBox({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const { t } = useWords();
  const [typed, setTyped] = useState(value);
  const changed = useRef(onChange);
  changed.current = onChange;
  useEffect(() => setTyped((before) => (before.trim() === value ? before : value)), [value]);
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => changed.current(typed.trim()), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <div className="search library-by-name">
      <Search aria-hidden="true" />
      <input
        type="search"
        className="input"
        value={typed}
        maxLength={NAME_MAX}
        placeholder={t("library.byName")}
        aria-label={t("library.byName")}
        onChange={({ target }) => setTyped(target.value)}
      />
    </div>
  );
}

function NothingFound({ onClear }: { onClear: () => void }) {
  const { t } = useWords();
  return (
    <Empty title={t("library.nothingFound")}>
      <p>{t("library.nothingFoundHint")}</p>
      <button type="button" className="button" onClick={onClear}>
        {t("library.clearFilters")}
      </button>
    </Empty>
  );
}
