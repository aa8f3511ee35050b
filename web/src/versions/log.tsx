/** What happened, event by event, and what the models were really sent. */
import "./versions.css";
import "./log.css";
import { Download } from "lucide-react";
import { useDeferredValue, useId, useMemo, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { isOver } from "../thread/view.ts";
import { Calls } from "./calls.tsx";
import { found, type Sought, typesOf } from "./found.ts";
import { LogList } from "./log-list.tsx";

export function Log() {
  const { head, readOnly } = useThreadPage();
  return (
    <div className="versions">
      <Events />
      {!readOnly && head.threadId !== null && <Calls threadId={head.threadId} />}
    </div>
  );
}

function Events() {
  const { t, count } = useWords();
  const { view, events } = useThreadPage();
  const [sought, setSought] = useState<Sought>({ type: null, text: "" });
  const [wished, setFollow] = useState<boolean | null>(null);
  const follow = wished ?? !isOver(view);
  const late = useDeferredValue(sought);
  const shown = useMemo(() => found(events, late), [events, late]);
  return (
    <section className="versions-part">
      <div className="versions-head">
        <h2>{t("versions.log.events")}</h2>
        <DownloadLink />
      </div>
      <div className="versions-tools">
        <TypeChoice sought={sought} onChange={setSought} />
        <input
          type="search"
          className="input versions-find"
          placeholder={t("versions.log.filter")}
          aria-label={t("versions.log.filter")}
          value={sought.text}
          onChange={({ target }) => setSought({ ...sought, text: target.value })}
        />
        <label className="versions-follow">
          <input type="checkbox" checked={follow} onChange={({ target }) => setFollow(target.checked)} />
          {t("versions.log.follow")}
        </label>
        <p className="versions-quiet" role="status">
          {t("versions.log.shown", { shown: count(shown.length), all: count(events.length) })}
        </p>
      </div>
      {shown.length === 0 ? (
        <p className="versions-quiet versions-nothing">
          {t(events.length === 0 ? "versions.log.empty" : "versions.log.noMatch")}
        </p>
      ) : (
        <LogList events={shown} follow={follow} onLeave={() => setFollow(false)} />
      )}
    </section>
  );
}

function TypeChoice({ sought, onChange }: { sought: Sought; onChange: (sought: Sought) => void }) {
  const { t, word } = useWords();
  const { events } = useThreadPage();
  const types = useMemo(() => typesOf(events), [events]);
  const id = useId();
  return (
    <div className="versions-choice">
      <label htmlFor={id}>{t("versions.log.type")}</label>
      <select
        id={id}
        className="input small"
        value={sought.type ?? ""}
        onChange={({ target }) => onChange({ ...sought, type: (target.value || null) as Sought["type"] })}
      >
        <option value="">{t("versions.log.allTypes")}</option>
        {types.map(([type, times]) => (
          <option key={type} value={type}>
            {word("versions.event", type)} ({times})
          </option>
        ))}
      </select>
    </div>
  );
}

/** The whole export of one's own thread; of a shared one the events that are here. */
function DownloadLink() {
  const { t } = useWords();
  const { head, events, readOnly } = useThreadPage();
  const label = (
    <>
      <Download aria-hidden="true" />
      {t("versions.log.download")}
    </>
  );
  if (head.threadId !== null && !readOnly)
    return (
      <a
        className="button small"
        href={`/api/threads/${encodeURIComponent(head.threadId)}/export?format=json`}
        download
      >
        {label}
      </a>
    );
  return (
    <button type="button" className="button small" onClick={() => save("events.json", JSON.stringify(events, null, 2))}>
      {label}
    </button>
  );
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
