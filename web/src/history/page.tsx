/** Every thread, newest first: searched, filtered, as far back as one scrolls. */
import { Search } from "lucide-react";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import { useThreads } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Empty, Skeleton } from "../ui/parts.tsx";
import {
  choices,
  type FilterName,
  type Filters,
  filterNames,
  isFiltered,
  lookedAt,
  QUERY_MAX,
  readFilters,
  writeFilters,
} from "./filters.ts";
import "./history.css";
import { ThreadRow } from "./row.tsx";

const LIMIT = 30;
/** After the last key. */
const TYPED_MS = 250;

export default function HistoryPage() {
  const { t } = useWords();
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => readFilters(params), [params]);
  const set = (change: Partial<Filters>) =>
    setParams((before) => writeFilters({ ...readFilters(before), ...change }), { replace: true });
  return (
    <div className="history">
      <title>{`${t("shell.history")} · OrchestrateX`}</title>
      <h1>{t("shell.history")}</h1>
      <search className="history-tools">
        <SearchBox value={filters.q} onChange={(q) => set({ q })} />
        {filterNames.map((name) => (
          <Filter key={name} name={name} value={filters[name]} onChange={(value) => set({ [name]: value })} />
        ))}
      </search>
      <Threads filters={filters} onClear={() => setParams(new URLSearchParams(), { replace: true })} />
    </div>
  );
}

function SearchBox({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const { t } = useWords();
  const box = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value);
  const changed = useRef(onChange);
  changed.current = onChange;
  useSearchKey(box);
  useEffect(() => setTyped((before) => (before.trim() === value ? before : value)), [value]);
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => changed.current(typed.trim()), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <div className="search history-search">
      <Search aria-hidden="true" />
      <input
        ref={box}
        type="search"
        className="input"
        value={typed}
        maxLength={QUERY_MAX}
        placeholder={t("history.searchHint")}
        aria-label={t("shell.search")}
        onChange={({ target }) => setTyped(target.value)}
      />
    </div>
  );
}

/** The key that leads here puts the cursor into the box; also from here. */
function useSearchKey(box: RefObject<HTMLInputElement | null>): void {
  const state: { search?: boolean } | null = useHistoryState();
  useEffect(() => {
    if (!state?.search) return;
    // After the shell has put the focus on the new page.
    const frame = requestAnimationFrame(() => box.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, [state, box]);
}

type FilterProps = { name: FilterName; value: string | undefined; onChange: (value: string | undefined) => void };

function Filter({ name, value, onChange }: FilterProps) {
  const { t, word } = useWords();
  const areas = { status: "history.status", domain: "domain", mode: "mode", simulated: "history.simulated" } as const;
  return (
    <select
      className="input"
      data-set={value !== undefined}
      value={value ?? ""}
      aria-label={t(`history.${name}`)}
      onChange={({ target }) => onChange(target.value || undefined)}
    >
      <option value="">{t(`history.${name}Any`)}</option>
      {choices[name].map((choice) => (
        <option key={choice} value={choice}>
          {word(areas[name], choice)}
        </option>
      ))}
    </select>
  );
}

function Threads({ filters, onClear }: { filters: Filters; onClear: () => void }) {
  const { t } = useWords();
  const { data, error, isPending, isFetching, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useThreads(
    filters,
    LIMIT,
    { live: true },
  );
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const end = useEndSeen(hasNextPage && !isFetching && !error, items.length, fetchNextPage);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  const looked = lookedAt(data?.pages ?? [], LIMIT);
  if (isPending)
    return (
      <div className="history-waiting">
        <Skeleton lines={8} />
      </div>
    );
  if (items.length === 0 && !hasNextPage && !error)
    return isFiltered(filters) ? <NothingFound onClear={onClear} /> : <NothingYet />;
  return (
    <>
      <ol className="plain history-list" aria-busy={isFetching}>
        {items.map((thread) => (
          <ThreadRow key={thread.thread_id} thread={thread} />
        ))}
      </ol>
      {error && <Failure error={error} onRetry={() => void (hasNextPage ? fetchNextPage() : refetch())} />}
      <p ref={end} className="history-end" role="status">
        {isFetchingNextPage || hasNextPage
          ? looked > 0
            ? t("history.looked", { count: looked })
            : t("history.loadingMore")
          : t("history.all", { count: items.length })}
      </p>
    </>
  );
}

/** Loads on while the end of the list is in sight: until there is a screenful, or no more. */
function useEndSeen(wanted: boolean, shown: number, load: () => unknown) {
  const end = useRef<HTMLParagraphElement>(null);
  const loading = useRef(load);
  loading.current = load;
  // With each page the end moves: it is looked for anew.
  useEffect(() => {
    const seen = end.current;
    if (!seen || !wanted || shown < 0) return;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) loading.current();
      },
      { rootMargin: "600px" },
    );
    watch.observe(seen);
    return () => watch.disconnect();
  }, [wanted, shown]);
  return end;
}

function NothingYet() {
  const { t } = useWords();
  return (
    <Empty title={t("history.nothingYet")}>
      <p>{t("history.nothingYetHint")}</p>
      <Link href="/" className="button primary">
        {t("history.ask")}
      </Link>
    </Empty>
  );
}

function NothingFound({ onClear }: { onClear: () => void }) {
  const { t } = useWords();
  return (
    <Empty title={t("history.nothingFound")}>
      <p>{t("history.nothingFoundHint")}</p>
      <button type="button" className="button" onClick={onClear}>
        {t("history.clear")}
      </button>
    </Empty>
  );
}
