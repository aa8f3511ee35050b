/** A file in the list. */
import type { StoredFile } from "@orchestratex/sdk/contract";
import { memo } from "react";
import { Link } from "wouter";
import { useWords } from "../i18n/words.tsx";
import { Bar } from "./bar.tsx";
import { DeedsMenu, RetryButton } from "./deeds.tsx";
import { TypeIcon } from "./icons.tsx";
import { Fault, StatusTag, useGist, useTypeName, Warnings } from "./standing.tsx";
import { Steps } from "./steps.tsx";
import { typeByName } from "./types.ts";

export const FileRow = memo(function FileRow({ file }: { file: StoredFile }) {
  const { t, ago, moment, bytes } = useWords();
  const typeName = useTypeName();
  const gist = useGist();
  const type = file.type ?? typeByName(file.name);
  return (
    <li className="library-row">
      <TypeIcon type={type} />
      <div className="library-what">
        <Link href={`/library/${file.id}`} className="library-name">
          <bdi>{file.name}</bdi>
        </Link>
        <p className="library-facts">
          {file.status !== "ready" && <StatusTag file={file} />}
          {file.type !== null && <span>{typeName(file.type)}</span>}
          <span>{bytes(file.size)}</span>
          {gist(file).map((text) => (
            <span key={text}>{text}</span>
          ))}
          {file.status !== "ready" && file.searchable && <span>{t("library.searchable")}</span>}
        </p>
        <Steps file={file} />
        <HalfSent file={file} />
        <Fault file={file} />
        {file.error?.retry && <RetryButton file={file} />}
        <Warnings file={file} />
      </div>
      <time dateTime={file.created_at} title={moment(file.created_at)}>
        {ago(file.created_at)}
      </time>
      <DeedsMenu file={file} />
    </li>
  );
});

/** Begun by another page, or by this one before it was loaded anew. */
function HalfSent({ file: { status, received, size, name } }: { file: StoredFile }) {
  const { t, bytes } = useWords();
  if (status !== "uploading") return null;
  const text = t("library.sentOf", { sent: bytes(received), size: bytes(size) });
  return (
    <div className="library-half">
      <Bar share={size === 0 ? 1 : received / size} name={t("library.uploadOf", { name })} text={text} />
      <p>
        {text} · {t("library.sendOn")}
      </p>
    </div>
  );
}
