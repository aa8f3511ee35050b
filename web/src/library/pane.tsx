/** A long list in a box of its own: only what is in sight is in the page, and more is fetched near its end. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Spinner } from "../ui/parts.tsx";

export type More = {
  hasNextPage: boolean;
  isFetching: boolean;
  error: unknown;
  fetchNextPage: () => unknown;
};

type Props = {
  name: string;
  className: string;
  count: number;
  /** Pixels of one that was not drawn yet. */
  height: number;
  /** Which is to be in sight; null: none. */
  at: number | null;
  more: More;
  children: (index: number) => ReactNode;
};

/** It scrolls by the keys too. */
const reachable = { tabIndex: 0 };
/** So many before the end. */
const NEAR = 10;

export function Pane({ name, className, count, height, at, more, children }: Props) {
  const { t } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    ...{ count, overscan: 6, estimateSize: () => height },
    getScrollElement: () => scroller.current,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetching, error, fetchNextPage } = more;
  useEffect(() => {
    if (hasNextPage && !isFetching && !error && last >= count - NEAR) fetchNextPage();
  }, [last, count, hasNextPage, isFetching, error, fetchNextPage]);
  useEffect(() => {
    if (at !== null) rows.scrollToIndex(at, { align: "start" });
  }, [at, rows]);
  return (
    <section {...reachable} ref={scroller} className={`scroll file-pane ${className}`} aria-label={name}>
      <div className="file-rows" style={{ blockSize: rows.getTotalSize() }}>
        {items.map(({ index, key, start }) => (
          <div
            key={key}
            ref={rows.measureElement}
            className="file-place"
            data-index={index}
            style={{ transform: `translateY(${start}px)` }}
          >
            {children(index)}
          </div>
        ))}
      </div>
      {Boolean(error) && <Failure error={error} onRetry={() => fetchNextPage()} />}
      {isFetching && (
        <p className="file-loading" role="status">
          <Spinner /> {t("common.loading")}
        </p>
      )}
    </section>
  );
}

/** `isLater`: the address led into the middle. */
export function PaneHead({ name, isLater, onBegin }: { name: string; isLater: boolean; onBegin: () => void }) {
  const { t } = useWords();
  return (
    <div className="file-pane-head">
      <h2>{name}</h2>
      {isLater && (
        <button type="button" className="button quiet small" onClick={onBegin}>
          {t("library.fromBeginning")}
        </button>
      )}
    </div>
  );
}
