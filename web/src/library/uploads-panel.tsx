/** What is on its way to the server, and what did not get there. */
import "./uploads.css";
import { useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { Bar } from "./bar.tsx";
import { isOpen, summaryOf, type Upload } from "./queue.ts";
import { UploadRow } from "./upload-row.tsx";
import { clearUploads, pauseAll, resumeAll, useUploads } from "./uploads.ts";

/** A folder may have thousands, and the library stands below. */
const SHOWN = 6;

/** What moves, or needs a look, stands before what only waits; of many, those that have arrived are seen in the list below. */
const ranks: Record<Upload["state"], number> = {
  ...{ sending: 0, cut: 0, failed: 1, refused: 1, paused: 2, duplicate: 3, waiting: 4, arrived: 5 },
};

export function UploadsPanel() {
  const { t } = useWords();
  const uploads = useUploads();
  const [shown, setShown] = useState(SHOWN);
  if (uploads.length === 0) return null;
  const sorted = shownOf(uploads);
  const rest = sorted.length - shown;
  return (
    <section className="card library-uploads" aria-labelledby="library-uploads">
      <UploadsHead uploads={uploads} />
      {sorted.length > 0 && (
        <ul className="plain">
          {sorted.slice(0, shown).map((upload) => (
            <UploadRow key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
      {rest > 0 && (
        <button type="button" className="button quiet small" onClick={() => setShown(shown + 100)}>
          {t("library.moreUploads", { count: rest })}
        </button>
      )}
    </section>
  );
}

/** So few can all be looked at. */
const FEW = 5;

function shownOf(uploads: readonly Upload[]): readonly Upload[] {
  if (uploads.length <= FEW) return uploads;
  return uploads
    .filter(({ state }) => state !== "arrived")
    .toSorted((one, other) => ranks[one.state] - ranks[other.state]);
}

function UploadsHead({ uploads }: { uploads: readonly Upload[] }) {
  const { t, bytes, duration } = useWords();
  const { ended, all, sent, size, speed, leftMs, underWay, paused } = summaryOf(uploads);
  const facts = [
    t("library.sentOf", { sent: bytes(sent), size: bytes(size) }),
    speed !== null && speed > 0 && t("library.speed", { size: bytes(speed) }),
    leftMs !== null && underWay > 0 && t("library.left", { time: duration(Math.max(1_000, leftMs)) }),
  ].filter(Boolean);
  return (
    <>
      <div className="library-uploads-head">
        <h2 id="library-uploads">{t("library.uploads")}</h2>
        <p className="library-quiet" role="status">
          {all > 0 && t("library.uploaded", { ended, count: all })}
        </p>
        <div className="actions end">
          {underWay > 1 && (
            <button type="button" className="button small" onClick={pauseAll}>
              {t("library.pauseAll")}
            </button>
          )}
          {paused > 1 && (
            <button type="button" className="button small" onClick={resumeAll}>
              {t("library.resumeAll")}
            </button>
          )}
          {uploads.some((upload) => !isOpen(upload)) && (
            <button type="button" className="button small" onClick={clearUploads}>
              {t("library.clear")}
            </button>
          )}
        </div>
      </div>
      {all > 1 && underWay + paused > 0 && (
        <div className="library-uploads-all">
          <Bar share={size === 0 ? 1 : sent / size} name={t("library.allUploads")} text={facts.join(", ")} />
          <p className="library-quiet">{facts.join(" · ")}</p>
        </div>
      )}
    </>
  );
}
