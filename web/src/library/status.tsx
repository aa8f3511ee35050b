/** What is true of the whole library: the room it takes, how texts are compared, and what is at work. */
import type { FileProcessing } from "@orchestratex/sdk/contract";
import { useWords } from "../i18n/words.tsx";
import { Notice } from "../ui/parts.tsx";
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

/** Why the wanted one is not in use yet. */
function EmbeddingNote({ embedding }: { embedding: FileProcessing["embedding"] }) {
  const { t, bytes } = useWords();
  const { wanted, state, detail, download } = embedding;
  if (state === "ready") return null;
  const how = download && { received: bytes(download.received), total: bytes(download.total ?? 0) };
  const text =
    how && (download.total === null ? how.received : t("library.sentOf", { sent: how.received, size: how.total }));
  if (state === "downloading")
    return (
      <Notice tone="accent" title={t("library.fetching", { model: wanted })}>
        <p>{t("library.fetchingHint")}</p>
        <Bar
          share={download?.total ? download.received / download.total : null}
          name={t("library.fetching", { model: wanted })}
          text={text ?? undefined}
        />
        {text && <p className="library-quiet">{text}</p>}
      </Notice>
    );
  return (
    <Notice tone="fair" title={t("library.unavailable", { model: wanted })}>
      {detail !== null && <p lang="en">{detail}</p>}
      <p>{t("library.unavailableHint", { model: embedding.model })}</p>
    </Notice>
  );
}

function Rework({ rework: { kind, done, total } }: { rework: NonNullable<FileProcessing["rework"]> }) {
  const { t } = useWords();
  const name = t(kind === "embed" ? "library.reembedding" : "library.rechunking");
  const text = t("library.filesDone", { done, count: total });
  return (
    <Notice tone="accent" title={name}>
      <Bar share={total === 0 ? 1 : done / total} name={name} text={text} />
      <p className="library-quiet">{text}</p>
    </Notice>
  );
}
