/** One reader of one thread: how far it has come in the log and in the text that is being written, and what it is sent next. */
import {
  type DetailsOf,
  type EventType,
  isFinal,
  type ThreadEvent,
  type ThreadState,
} from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import type { RunningText } from "../store/live.ts";

export const HEARTBEAT_MS = 15_000;

/** A settlement writes its response's event and at most a few more: text that ended there is known from this far back. */
const LOOK_BACK = 8;

/** Where events go: a stream of server-sent events, later a socket. */
export type Sink = {
  send(event: ThreadEvent): void;
  /** False while so much waits to be taken that no more should come. */
  ready(): boolean;
  /** Called once it is ready again. */
  onReady(listener: () => void): void;
};

/** `cursor`: the last number the reader has seen. */
export function openReader(thread: ThreadState, cursor: number, sink: Sink) {
  let seq = Math.max(0, Math.min(cursor, thread.last_seq) - LOOK_BACK);
  let over = isFinal(thread.thread_status);
  let { simulated } = thread;
  let missed = true;
  let shown = { response_id: "", length: 0 };
  const written = new Set<string>();

  const sendLive = <Type extends EventType>(
    type: Type,
    details: DetailsOf<Type>,
    message: string,
    text?: RunningText,
  ) => sink.send(liveEvent(thread, simulated, type, details, message, text));

  return {
    seq: () => seq,
    isOver: () => over,
    greet() {
      const { thread_id, session_id, last_seq } = thread;
      const server_time = new Date().toISOString();
      const details = { server_time, session_id, thread_id, last_seq, heartbeat_ms: HEARTBEAT_MS };
      sendLive("connection_established", details, "Following the thread");
    },
    take(event: ThreadEvent) {
      seq = event.seq ?? seq;
      simulated = event.simulated;
      if (event.event_type === "orchestration_started") over = false;
      if (event.event_type === "orchestration_finished") over = true;
      if (event.event_type === "response_generated") written.add(event.details.response_id);
      if (seq > cursor) sink.send(event);
    },
    /** Text went by that this reader was not shown: next it gets the whole. */
    missText() {
      missed = true;
    },
    /** Only once the log is delivered: text never overtakes what came before it, and never follows its own end. */
    showText(running: RunningText | undefined) {
      const whole = missed;
      missed = false;
      if (!running || written.has(running.response_id)) return;
      const { response_id, role, text } = running;
      if (role !== "primary" && role !== "refiner") return;
      const offset = !whole && shown.response_id === response_id ? shown.length : 0;
      if (text.length === offset) return;
      shown = { response_id, length: text.length };
      const message = `${running.model_name} is writing`;
      if (whole) sendLive("response_snapshot", { response_id, role, text }, message, running);
      else sendLive("response_delta", { response_id, role, offset, text: text.slice(offset) }, message, running);
    },
  };
}

/** An event that is not in the log: without a number, and not replayed. */
const liveEvent = <Type extends EventType>(
  { thread_id, session_id }: ThreadState,
  simulated: boolean,
  event_type: Type,
  details: DetailsOf<Type>,
  message: string,
  text: RunningText | undefined,
): ThreadEvent =>
  ({
    id: uuidv7(),
    seq: null,
    event_type,
    thread_id,
    session_id,
    iteration_number: text?.iteration_number ?? null,
    model_involved: text?.model_name ?? null,
    message,
    details,
    simulated,
    timestamp: new Date().toISOString(),
  }) as ThreadEvent;
