/** One file on its way. */
import { type LucideIcon, Pause, Play, RotateCw, X } from "lucide-react";
import { memo, type ReactNode } from "react";
import { Link } from "wouter";
import { useWords } from "../i18n/words.tsx";
import { Bar } from "./bar.tsx";
import { useProcessing } from "./data.ts";
import { TypeIcon } from "./icons.tsx";
import { isOpen, isUnderWay, leftMs, speedOf, type Upload } from "./queue.ts";
import { typeByName } from "./types.ts";
import { cancelUpload, dismissUpload, pauseUpload, resumeUpload } from "./uploads.ts";

export const UploadRow = memo(function UploadRow({ upload }: { upload: Upload }) {
  const { t } = useWords();
  const { name, size, sent } = upload;
  return (
    <li className="library-upload" data-state={upload.state}>
      <TypeIcon type={typeByName(name)} />
      <p className="library-upload-name">
        <bdi>{name}</bdi>
      </p>
      <div className="library-upload-how">
        {isOpen(upload) && (
          <Bar
            share={size === 0 ? 0 : sent / size}
            name={t("library.uploadOf", { name })}
            {...(upload.state === "sending" ? {} : { tone: "none" })}
          />
        )}
        <p className="library-quiet">
          <Standing upload={upload} />
        </p>
      </div>
      <Buttons upload={upload} />
    </li>
  );
});

function Standing({ upload }: { upload: Upload }): ReactNode {
  const { t, bytes, duration } = useWords();
  const { state, size, sent, samples, fileId, detail } = upload;
  const part = t("library.sentOf", { sent: bytes(sent), size: bytes(size) });
  if (state === "sending") {
    const speed = speedOf(samples);
    const left = leftMs(size - sent, speed);
    // At its end the server looks whether all is right, and whether it had it already.
    if (sent === size && size > 0) return t("library.finishing");
    return [
      part,
      speed !== null && speed > 0 && t("library.speed", { size: bytes(speed) }),
      left !== null && t("library.left", { time: duration(Math.max(1_000, left)) }),
    ]
      .filter(Boolean)
      .join(" · ");
  }
  if (state === "waiting") return `${bytes(size)} · ${t("library.waiting")}`;
  if (state === "paused") return `${part} · ${t("library.paused")}`;
  if (state === "cut") return `${part} · ${t("library.cut")}`;
  if (state === "refused") return <Refused upload={upload} />;
  if (state === "failed") return detail === null ? t("common.unreachable") : <span lang="en">{detail}</span>;
  return (
    <>
      {t(state === "duplicate" ? "library.duplicate" : "library.arrived")}{" "}
      {fileId !== null && <Link href={`/library/${fileId}`}>{t("library.openIt")}</Link>}
    </>
  );
}

function Refused({ upload: { refusal, size } }: { upload: Upload }) {
  const { t, bytes } = useWords();
  const { data } = useProcessing();
  return refusal === "tooLarge"
    ? t("library.tooLarge", { size: bytes(size), limit: bytes(data?.accepts.max_file_size ?? 0) })
    : t("library.typeRefused", { types: (data?.accepts.types ?? []).join(", ") });
}

function Buttons({ upload }: { upload: Upload }) {
  const { t } = useWords();
  const { id, name, state } = upload;
  return (
    <div className="library-upload-buttons">
      {isUnderWay(upload) && (
        <IconButton name={t("library.pause", { name })} icon={Pause} onClick={() => pauseUpload(id)} />
      )}
      {state === "paused" && (
        <IconButton name={t("library.resume", { name })} icon={Play} onClick={() => resumeUpload(id)} />
      )}
      {state === "failed" && (
        <IconButton name={t("library.tryAgain", { name })} icon={RotateCw} onClick={() => resumeUpload(id)} />
      )}
      {isOpen(upload) || state === "failed" ? (
        <IconButton name={t("library.cancelUpload", { name })} icon={X} onClick={() => cancelUpload(id)} />
      ) : (
        <IconButton name={t("library.dismiss", { name })} icon={X} onClick={() => dismissUpload(id)} />
      )}
    </div>
  );
}

function IconButton({ name, icon: Icon, onClick }: { name: string; icon: LucideIcon; onClick: () => void }) {
  return (
    <button type="button" className="button quiet small icon" aria-label={name} title={name} onClick={onClick}>
      <Icon aria-hidden="true" />
    </button>
  );
}
