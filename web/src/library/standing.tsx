/** How a file stands: what is as it should be is said shortly, what is not with its reason and what to do about it. */
import type { StoredFile } from "@orchestratex/sdk/contract";
import { useWords } from "../i18n/words.tsx";
import { Tag } from "../ui/parts.tsx";
import type { Tone } from "../ui/tones.ts";
import { abbreviationOf } from "./types.ts";

const tones: Record<StoredFile["status"], Tone> = {
  ...{ uploading: "accent", queued: "accent", processing: "accent", ready: "good", failed: "bad" },
};

export function StatusTag({ file: { status } }: { file: StoredFile }) {
  const { word } = useWords();
  return <Tag tone={tones[status]}>{word("library.status", status)}</Tag>;
}

/** In the server's words. */
export function Fault({ file: { error } }: { file: StoredFile }) {
  if (!error) return null;
  return (
    <p className="library-fault" lang="en">
      <strong>{error.message}</strong> {error.remedy}
    </p>
  );
}

export function Warnings({ file: { warnings } }: { file: StoredFile }) {
  const { t } = useWords();
  if (warnings.length === 0) return null;
  return (
    <ul className="plain library-warnings" aria-label={t("library.warnings")}>
      {warnings.map(({ code, message }) => (
        <li key={`${code} ${message}`} lang="en" dir="auto">
          {message}
        </li>
      ))}
    </ul>
  );
}

/** What a type is called. */
export function useTypeName(): (type: string) => string {
  const { word } = useWords();
  return (type) => abbreviationOf(type) ?? word("library.type", type);
}

/** A few words about what is in it, by what its type tells. */
export function useGist(): (file: StoredFile) => string[] {
  const { t, count, duration } = useWords();
  return ({ metadata, analysis, chunk_count }) => {
    const number = (name: string) => {
      const value = metadata[name] ?? analysis[name];
      return typeof value === "number" && Number.isFinite(value) ? value : null;
    };
    const [pages, slides, seconds, width, height] = ["pages", "slides", "duration_s", "width", "height"].map(number);
    const sheets = Array.isArray(metadata["sheets"]) ? metadata["sheets"].length : 0;
    const entries = Array.isArray(metadata["entries"]) ? metadata["entries"].length : 0;
    const words = number("words");
    return [
      pages && t("library.pages", { count: pages }),
      slides && t("library.slides", { count: slides }),
      sheets > 0 && t("library.sheets", { count: sheets }),
      entries > 0 && t("library.entries", { count: entries }),
      seconds && duration(seconds * 1_000),
      width && height && `${width} × ${height}`,
      words && t("library.words", { words: count(words), count: words }),
      chunk_count > 0 && t("library.chunkCount", { count: chunk_count }),
    ].filter((text): text is string => typeof text === "string");
  };
}
