/** A file in the list. */
import type { StoredFile } from "@orchestratex/sdk/contract";
import { memo } from "react";
import { Link } from "wouter";
import { useWords } from "../i18n/words.tsx";
import { Bar } from "./bar.tsx";
import { DeedsMenu, RetryButton } from "./deeds.tsx";
import { TypeIcon } from "./icons.tsx";
import { Since } from "./since.tsx";
import { Fault, StatusTag, useGist, useTypeName, Warnings } from "./standing.tsx";
import { Steps } from "./steps.tsx";
import { typeByName } from "./types.ts";

export const FileRow = memo(function FileRow({ file }: { file: StoredFile }) {
  const { bytes } = useWords();
  const typeName = useTypeName();
  const gist = useGist();
  const type = file.type ?? typeByName(file.name);
  // What was known of it before it is read anew would only take the room.
  const isBusy = file.status === "queued" || file.status === "processing";
  return (
    <li className="library-row">
      <TypeIcon type={type} />
      <div className="library-what">
        <Link href={`/library/${file.id}`} className="library-name">
          <bdi>{file.name}</bdi>
        </Link>
        <div className="library-facts">
          {file.status !== "ready" && <StatusTag file={file} />}
          {file.type !== null && <span>{typeName(file.type)}</span>}
          <span>{bytes(file.size)}</span>
          {isBusy ? <Steps file={file} /> : gist(file).map((text) => <span key={text}>{text}</span>)}
        </div>
        <HalfSent file={file} />
        <Fault file={file} />
        {file.error?.retry && <RetryButton file={file} />}
        <Warnings file={file} />
      </div>
      <Since time={file.created_at} />
      <DeedsMenu file={file} />
    </li>
  );
});

/** Begun by another page, or by this one before it was loaded anew. */
function HalfSent({ file: { status, received, size, name } }: { file: StoredFile }) {
  const { t, bytes } = useWords();
  if (status !== "uploading") return null;
  const text = t("library.sentOf", { sent: bytes(received), size: bytes(size) });
  // It is all here, and the list is a moment behind.
  if (received >= size) return <p className="library-quiet">{t("library.finishing")}</p>;
  return (
    <div className="library-half">
      <Bar share={received / size} name={t("library.uploadOf", { name })} text={text} />
      <p>
        {text} · {t("library.sendOn")}
      </p>
    </div>
  );
}
