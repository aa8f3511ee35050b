/** The passages a file was cut into: what a search finds, each with its place. */
import type { Chunk, StoredFile } from "@orchestratex/sdk/contract";
import { useWords } from "../i18n/words.tsx";
import { type More, Pane, PaneHead } from "./pane.tsx";
import { placeWords, trailOf } from "./place.ts";

type Props = {
  file: StoredFile;
  chunks: readonly Chunk[];
  chosen: number | null;
  more: More;
  isLater: boolean;
  onBegin: () => void;
  onChoose: (chunk: Chunk | null) => void;
};

const HEIGHT_PX = 190;

export function ChunkPane({ file, chunks, chosen, more, isLater, onBegin, onChoose }: Props) {
  const { t } = useWords();
  const at = chunks.findIndex(({ position }) => position === chosen);
  return (
    <div className="file-column file-chunks">
      <PaneHead name={t("library.pane.chunks")} isLater={isLater} onBegin={onBegin} />
      <p className="library-quiet">{t("library.chunksHint", { count: file.chunk_count })}</p>
      <Pane
        name={t("library.pane.chunks")}
        className="file-passages"
        count={chunks.length}
        height={HEIGHT_PX}
        at={at < 0 ? null : at}
        more={more}
      >
        {(index) => {
          const chunk = chunks[index];
          return (
            chunk && <Passage chunk={chunk} isCode={file.type === "code"} isChosen={index === at} onChoose={onChoose} />
          );
        }}
      </Pane>
    </div>
  );
}

type PassageProps = {
  chunk: Chunk;
  isCode: boolean;
  isChosen: boolean;
  onChoose: (chunk: Chunk | null) => void;
};

function Passage({ chunk, isCode, isChosen, onChoose }: PassageProps) {
  const words = useWords();
  const { t } = words;
  const number = t("library.chunk", { number: chunk.position + 1 });
  const trail = trailOf(chunk.place);
  return (
    <article className="file-passage" data-chosen={isChosen} aria-label={number}>
      <div className="file-passage-head">
        <button
          type="button"
          className="button small"
          aria-pressed={isChosen}
          onClick={() => onChoose(isChosen ? null : chunk)}
        >
          {number}
        </button>
        <p className="library-facts">
          {placeWords(chunk.place, words).map((text) => (
            <bdi key={text}>{text}</bdi>
          ))}
        </p>
      </div>
      {trail !== "" && (
        <p className="library-trail">
          <bdi>{trail}</bdi>
        </p>
      )}
      <p className="file-passage-text" data-code={isCode} dir={isCode ? "ltr" : "auto"}>
        {chunk.text}
      </p>
    </article>
  );
}
