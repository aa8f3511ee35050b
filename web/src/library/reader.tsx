/** The text of a file on the left, its passages on the right; the passage that is chosen is marked in the text. */
import type { Chunk, StoredFile } from "@orchestratex/sdk/contract";
import { useEffect, useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Empty, Skeleton } from "../ui/parts.tsx";
import { groupsOf } from "./blocks.ts";
import { ChunkPane } from "./chunk-pane.tsx";
import { useContent } from "./data.ts";
import { withParams } from "./filters.ts";
import { blocksOf } from "./match.ts";
import { TextPane } from "./text-pane.tsx";

/** More are not fetched only to find a passage in them. */
const SOUGHT_PAGES = 300;

export function Reader({ file }: { file: StoredFile }) {
  const { t } = useWords();
  const isRead = file.text_length !== null && file.text_length > 0;
  if (!isRead)
    return (
      <Empty title={t(file.status === "ready" ? "library.noText" : "library.notReadYet")}>
        <p>{t(file.status === "ready" ? "library.noTextHint" : "library.notReadYetHint")}</p>
      </Empty>
    );
  return <Panes file={file} />;
}

type View = "text" | "chunks";

function Panes({ file }: { file: StoredFile }) {
  const { t } = useWords();
  // Read or chunked anew, it is another text.
  const version = `${file.processed_at} ${file.chunk_count} ${file.text_length}`;
  const text = useContent(file.id, "blocks", version, true);
  const passages = useContent(file.id, "chunks", version, file.searchable);
  const blocks = useMemo(() => text.data?.pages.flatMap((page) => page.blocks) ?? [], [text.data]);
  const chunks = useMemo(() => passages.data?.pages.flatMap((page) => page.chunks) ?? [], [passages.data]);
  const groups = useMemo(() => groupsOf(blocks), [blocks]);
  const [chosen, choose] = useChosen();
  const chunk = chunks.find(({ position }) => position === chosen) ?? null;
  const mark = useMemo(() => (chunk ? blocksOf(chunk, blocks) : null), [chunk, blocks]);
  useSought(passages, chosen !== null && chosen >= chunks.length);
  const isSeeking = useSought(text, chunk !== null && (mark === null || mark.to === blocks.length - 1));
  const [view, setView] = useState<View>(chosen === null ? "text" : "chunks");
  if (text.error && !text.data) return <Failure error={text.error} onRetry={() => void text.refetch()} />;
  if (text.isPending) return <Skeleton lines={8} />;
  return (
    <div className="file-reader" data-view={view}>
      <fieldset className="file-switch" aria-label={t("library.views")}>
        {(["text", "chunks"] as const).map((one) => (
          <button
            key={one}
            type="button"
            className="button small"
            aria-pressed={view === one}
            onClick={() => setView(one)}
          >
            {t(`library.pane.${one}`)}
          </button>
        ))}
      </fieldset>
      <TextPane groups={groups} mark={mark} more={text} isSeeking={isSeeking} />
      <ChunkPane
        file={file}
        chunks={chunks}
        chosen={chosen}
        more={passages}
        onChoose={(one: Chunk | null) => {
          choose(one?.position ?? null);
          if (one) setView("text");
        }}
      />
    </div>
  );
}

/** The passage in the address, by its number. */
function useChosen(): [number | null, (position: number | null) => void] {
  const [params, setParams] = useSearchParams();
  const text = params.get("chunk");
  const chosen = text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
  const choose = (position: number | null) =>
    setParams((before) => withParams(before, { chunk: position === null ? undefined : String(position) }), {
      replace: true,
    });
  return [chosen, choose];
}

type Paged = Pick<
  ReturnType<typeof useContent>,
  "data" | "error" | "hasNextPage" | "isFetching" | "isFetchingNextPage" | "fetchNextPage"
>;

/** Reads on, page after page, until what is sought is there. Answers whether it still does. */
function useSought({ data, error, hasNextPage, isFetching, fetchNextPage }: Paged, wanted: boolean): boolean {
  const goes = wanted && hasNextPage && !error && (data?.pages.length ?? 0) < SOUGHT_PAGES;
  useEffect(() => {
    if (goes && !isFetching) void fetchNextPage();
  }, [goes, isFetching, fetchNextPage]);
  return goes;
}
