/** What is true of the whole library: the room it takes, how texts are compared, and what is at work. */
import type { FileProcessing } from "@orchestratex/sdk/contract";
import { TriangleAlert } from "lucide-react";
import { useWords } from "../i18n/words.tsx";
import { Bar } from "./bar.tsx";
import { useProcessing } from "./data.ts";

export function Status({ isLost }: { isLost: boolean }) {
  const { t } = useWords();
  const { data } = useProcessing();
  return (
    <div className="library-status">
      <p className="library-quiet library-status-line">{data && <Line processing={data} />}</p>
      {data && <EmbeddingNote embedding={data.embedding} />}
      {data?.rework && <Rework rework={data.rework} />}
      <p className="library-quiet" role="status">
        {isLost && t("library.lineLost")}
      </p>
    </div>
  );
}

function Line({ processing: { stored, embedding, jobs } }: { processing: FileProcessing }) {
  const { t, bytes } = useWords();
  const { files, quota, free } = stored;
  const size = bytes(stored.bytes);
  const room = quota === null ? null : Math.min(quota - stored.bytes, free ?? Number.POSITIVE_INFINITY);
  return (
    <>
      <span>{t("library.stored", { count: files, size })}</span>
      {quota !== null && <span>{t("library.quota", { quota: bytes(quota) })}</span>}
      {room === null && free !== null && <span>{t("library.free", { free: bytes(free) })}</span>}
      {jobs.running + jobs.queued > 0 && (
        <span>{t("library.jobs", { running: jobs.running, queued: jobs.queued })}</span>
      )}
      <span title={t("library.embeddingHint", { dimensions: embedding.dimensions })}>
        <EmbeddingName embedding={embedding} />
      </span>
    </>
  );
}

function EmbeddingName({ embedding: { model, kind } }: { embedding: FileProcessing["embedding"] }) {
  const { t } = useWords();
  if (kind === "lexical") return t("library.comparedLexical");
  return t(kind === "remote" ? "library.comparedRemote" : "library.comparedLocal", { model });
}

/** Why the wanted one is not in use yet. A machine that never can fetch it is not told so in large letters for ever. */
function EmbeddingNote({ embedding }: { embedding: FileProcessing["embedding"] }) {
  const { t } = useWords();
  const { wanted, state, detail, model, kind } = embedding;
  if (state === "ready") return null;
  if (state === "downloading") return <Fetching embedding={embedding} />;
  return (
    <details className="library-note">
      <summary>
        <TriangleAlert aria-hidden="true" />
        {t("library.unavailable", { model: wanted })}
      </summary>
      {detail !== null && (
        <p lang="en" className="library-breaks">
          {detail}
        </p>
      )}
      <p>{kind === "lexical" ? t("library.unavailableLexical") : t("library.unavailableHint", { model })}</p>
    </details>
  );
}

function Fetching({ embedding: { wanted, download } }: { embedding: FileProcessing["embedding"] }) {
  const { t, bytes } = useWords();
  const name = t("library.fetching", { model: wanted });
  const received = download && bytes(download.received);
  const size = download?.total ? bytes(download.total) : null;
  const text = received && size ? t("library.sentOf", { sent: received, size }) : received;
  return (
    <div className="library-note">
      <Moving name={name} share={download?.total ? download.received / download.total : null} text={text} />
      <p className="library-quiet">{t("library.fetchingHint")}</p>
    </div>
  );
}

function Rework({ rework: { kind, done, total } }: { rework: NonNullable<FileProcessing["rework"]> }) {
  const { t } = useWords();
  const name = t(kind === "embed" ? "library.reembedding" : "library.rechunking");
  return (
    <div className="library-note">
      <Moving
        name={name}
        share={total === 0 ? 1 : done / total}
        text={t("library.filesDone", { done, count: total })}
      />
    </div>
  );
}

function Moving({ name, share, text }: { name: string; share: number | null; text: string | null }) {
  return (
    <div className="library-moving">
      <strong>{name}</strong>
      <Bar share={share} name={name} text={text ?? undefined} />
      {text !== null && <span className="library-quiet">{text}</span>}
    </div>
  );
}
