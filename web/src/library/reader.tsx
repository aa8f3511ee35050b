/** The text of a file on the left, its passages on the right; the passage that is chosen is marked in the text. */
import "./reader.css";
import type { Chunk, StoredFile } from "@orchestratex/sdk/contract";
import { useEffect, useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Empty } from "../ui/parts.tsx";
import { groupsOf } from "./blocks.ts";
import { ChunkPane } from "./chunk-pane.tsx";
import { useContent } from "./data.ts";
import { withParams } from "./filters.ts";
import { blocksOf } from "./match.ts";
import { TextPane } from "./text-pane.tsx";

export function Reader({ file }: { file: StoredFile }) {
  const { t } = useWords();
  const isRead = file.text_length !== null && file.text_length > 0;
  if (!isRead) {
    const why = file.status === "ready" ? "noText" : file.status === "failed" ? "unread" : "notReadYet";
    return (
      <Empty title={t(`library.${why}`)}>
        <p>{t(`library.${why}Hint`)}</p>
      </Empty>
    );
  }
  return <Panes file={file} />;
}

type View = "text" | "chunks";

function Panes({ file }: { file: StoredFile }) {
  const { t } = useWords();
  const [chosen, choose] = useChosen();
  const [view, setView] = useState<View>("text");
  const passages = usePassages(file, chosen);
  const chunk = passages.chunks.find(({ position }) => position === chosen) ?? null;
  const text = useText(file, chosen, chunk);
  if (text.more.error && text.groups.length === 0)
    return <Failure error={text.more.error} onRetry={() => void text.more.refetch()} />;
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
      <TextPane {...text} />
      <ChunkPane
        file={file}
        {...passages}
        chosen={chosen}
        onChoose={(one: Chunk | null) => {
          choose(one?.position ?? null);
          if (one) setView("text");
        }}
      />
    </div>
  );
}

/** Read or chunked anew, it is another text. */
const versionOf = ({ processed_at, chunk_count, text_length }: StoredFile): string =>
  `${processed_at} ${chunk_count} ${text_length}`;

/** So many passages before the one that the address names. */
const BEFORE = 3;

function usePassages(file: StoredFile, chosen: number | null) {
  const [near, setNear] = useState(chosen === null ? null : Math.max(0, chosen - BEFORE));
  const more = useContent(file.id, "chunks", { version: versionOf(file), near }, file.searchable);
  const chunks = useMemo(() => more.data?.pages.flatMap((page) => page.chunks) ?? [], [more.data]);
  return { chunks, more, isLater: near !== null && near > 0, onBegin: () => setNear(null) };
}

/** The part of the text that the chosen passage is in: of a long one not all is fetched to find it. */
function useText(file: StoredFile, chosen: number | null, chunk: Chunk | null) {
  const [near, setNear] = useState(chosen);
  const more = useContent(file.id, "blocks", { version: versionOf(file), near }, true);
  const blocks = useMemo(() => more.data?.pages.flatMap((page) => page.blocks) ?? [], [more.data]);
  const groups = useMemo(() => groupsOf(blocks, pathsInside(file.metadata)), [blocks, file.metadata]);
  const mark = useMemo(() => (chunk ? blocksOf(chunk, blocks) : null), [chunk, blocks]);
  const isMissing = chunk !== null && mark === null && !more.isPending;
  const isElsewhere = isMissing && near !== chosen && (more.hasNextPage || near !== null);
  useEffect(() => {
    if (isElsewhere) setNear(chosen);
  }, [isElsewhere, chosen]);
  const isLost = isMissing && !isElsewhere && !more.isFetching;
  return { groups, mark, more, isLost, isLater: near !== null && near > 0, onBegin: () => setNear(null) };
}

/** Of the files inside that were read. */
const pathsInside = ({ inner }: StoredFile["metadata"]): ReadonlySet<string> =>
  new Set(Array.isArray(inner) ? inner.flatMap((one) => (typeof one?.path === "string" ? [one.path] : [])) : []);

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
