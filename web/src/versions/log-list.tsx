/** The rows of a log, however many: only those in sight are in the page. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight } from "lucide-react";
import { memo, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useWords } from "../i18n/words.tsx";
import { useThreadPage } from "../thread/context.ts";
import { CopyButton } from "../ui/copy.tsx";
import { Model, Tag, useModelName } from "../ui/parts.tsx";
import type { Tone } from "../ui/tones.ts";
import { sayingOf } from "./saying.ts";
import { actorOf } from "./told.ts";

const ROW_PX = 38;

type Props = { events: readonly ThreadEvent[]; follow: boolean; onLeave: () => void };

const nameOf = (event: ThreadEvent | undefined): string => event?.id ?? "";

export function LogList({ events, follow, onLeave }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = useVirtualizer({
    ...{ count: events.length, overscan: 12, estimateSize: () => ROW_PX },
    getScrollElement: () => scroller.current,
    getItemKey: (index) => nameOf(events[index]) || index,
  });
  const toggle = useCallback(
    (id: string) => setOpen((before) => (before.has(id) ? before.difference(new Set([id])) : new Set([...before, id]))),
    [],
  );
  useEffect(() => {
    if (follow && events.length > 0) rows.scrollToIndex(events.length - 1, { align: "end" });
  }, [follow, events.length, rows]);
  const onScroll = useLeaving(scroller, onLeave);
  return (
    <div ref={scroller} className="scroll versions-log" onScroll={onScroll}>
      <ol className="plain" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const event = events[index];
          return (
            <li key={key} ref={rows.measureElement} data-index={index} style={{ transform: `translateY(${start}px)` }}>
              {event && <Row event={event} open={open.has(event.id)} onToggle={toggle} />}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** Whoever scrolls back does not want to be taken to the end; a list that became shorter moves by itself. */
function useLeaving(scroller: RefObject<HTMLElement | null>, onLeave: () => void): () => void {
  const last = useRef({ top: 0, height: 0 });
  return () => {
    const { scrollTop: top = 0, scrollHeight: height = 0 } = scroller.current ?? {};
    if (top < last.current.top - 2 && height === last.current.height) onLeave();
    last.current = { top, height };
  };
}

const tones: Partial<Record<ThreadEvent["event_type"], Tone>> = {
  ...{ error_occurred: "bad", evaluation_failed: "fair", model_fallback: "fair", cost_limit_warning: "fair" },
  ...{ bill_exceeded: "fair", quality_threshold_met: "good", orchestration_finished: "accent" },
};

type RowProps = { event: ThreadEvent; open: boolean; onToggle: (id: string) => void };

const Row = memo(function Row({ event, open, onToggle }: RowProps) {
  const words = useWords();
  const { word, clock } = words;
  const { id, seq, timestamp, event_type, message } = event;
  const nameFor = useModelName();
  const saying = sayingOf(event, { ...words, nameFor });
  return (
    <>
      <button type="button" className="versions-event" aria-expanded={open} onClick={() => onToggle(id)}>
        <ChevronRight aria-hidden="true" />
        <span className="versions-seq">{seq}</span>
        <time dateTime={timestamp} title={timestamp}>
          {clock(timestamp)}
        </time>
        <Tag tone={tones[event_type] ?? "none"} title={event_type}>
          {word("versions.event", event_type)}
        </Tag>
        <span className="versions-who">
          <Who event={event} />
        </span>
        <span className="versions-message" lang={saying === null ? "en" : undefined} dir="auto">
          {saying ?? message}
        </span>
      </button>
      {open && <Details event={event} />}
    </>
  );
});

function Who({ event }: { event: ThreadEvent }) {
  const { t } = useWords();
  const { readOnly } = useThreadPage();
  const actor = actorOf(event);
  if (!actor) return null;
  return "model" in actor ? <Model name={actor.model} /> : t(readOnly ? "versions.log.user" : "common.you");
}

function Details({ event }: { event: ThreadEvent }) {
  const { t } = useWords();
  const text = JSON.stringify(event, null, 2);
  return (
    <div className="versions-json">
      <CopyButton text={text} label={t("common.copy")} />
      <pre lang="en">{text}</pre>
    </div>
  );
}
