/** One file: its text beside its passages, what is known of it, and how it was read. */
import "./library.css";
import "./rows.css";
import "./file.css";
import type { StoredFile } from "@orchestratex/sdk/contract";
import { ArrowLeft } from "lucide-react";
import { Link, useLocation, useParams, useSearchParams } from "wouter";
import { isNotFound } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Skeleton } from "../ui/parts.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { Course } from "./course.tsx";
import { useFile } from "./data.ts";
import { Deeds } from "./deeds.tsx";
import { Facts } from "./facts-list.tsx";
import { withParams } from "./filters.ts";
import { Gone } from "./gone.tsx";
import { TypeIcon } from "./icons.tsx";
import { useFileEvents } from "./live.ts";
import { Reader } from "./reader.tsx";
import { Fault, StatusTag, useGist, useTypeName, Warnings } from "./standing.tsx";
import { Steps } from "./steps.tsx";

const tabs = ["text", "facts", "course"] as const;

export default function FilePage() {
  const { t } = useWords();
  const { file: id = "" } = useParams();
  useFileEvents();
  const { data: file, error, isPending, refetch } = useFile(id);
  if (isNotFound(error)) return <Gone />;
  if (error && !file) return <Failure error={error} onRetry={() => void refetch()} />;
  if (isPending || !file)
    return (
      <div className="file">
        <h1 className="hidden-text">{t("common.loading")}</h1>
        <Skeleton lines={8} />
      </div>
    );
  return <FileShown file={file} />;
}

function FileShown({ file }: { file: StoredFile }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const [params, setParams] = useSearchParams();
  const active = tabs.find((tab) => tab === params.get("tab")) ?? "text";
  const show = (tab: string) =>
    setParams((before) => withParams(before, { tab: tab === "text" ? undefined : tab }), { replace: true });
  const content = {
    text: () => <Reader file={file} />,
    facts: () => <Facts file={file} />,
    course: () => <Course file={file} />,
  };
  return (
    <div className="file">
      <title>{`${file.name} · OrchestrateX`}</title>
      <Link href="/library" className="file-back">
        <ArrowLeft aria-hidden="true" />
        {t("library.title")}
      </Link>
      <Head file={file} onGone={() => go("/library")} />
      <Tabs
        label={t("library.views")}
        active={active}
        onChange={show}
        tabs={tabs.map((id) => ({ id, label: t(`library.tab.${id}`), content: content[id] }))}
      />
    </div>
  );
}

function Head({ file, onGone }: { file: StoredFile; onGone: () => void }) {
  const { bytes, moment } = useWords();
  const typeName = useTypeName();
  const gist = useGist();
  return (
    <header className="file-head">
      <div className="file-title">
        <TypeIcon type={file.type} />
        <h1>
          <bdi className="library-breaks">{file.name}</bdi>
        </h1>
      </div>
      <p className="library-facts">
        <StatusTag file={file} />
        {file.type !== null && <span>{typeName(file.type)}</span>}
        <span>{bytes(file.size)}</span>
        {gist(file).map((text) => (
          <span key={text}>{text}</span>
        ))}
        <time dateTime={file.created_at}>{moment(file.created_at)}</time>
      </p>
      <Steps file={file} />
      <Fault file={file} />
      <Warnings file={file} />
      <Deeds file={file} onGone={onGone} />
    </header>
  );
}
