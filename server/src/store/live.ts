/**
 * Who waits for what. A wake-up carries (thread, last number) only: what is delivered is read from the log.
 * Text that is still being written is live only; the text so far is kept for those who come later.
 * Other processes over the same database hear the same wake-ups through `bridge`.
 */
import { EventEmitter } from "node:events";
import type { Role, ThreadEvent } from "@orchestratex/sdk/contract";

export type RunningText = {
  response_id: string;
  role: Role;
  iteration_number: number;
  model_name: string;
  text: string;
};

/** `offset` is where `text` goes in the whole, in UTF-16 units. */
type Delta = Omit<RunningText, "text"> & { thread_id: string; offset: number; text: string };

/**
 * `log`: a thread's log has grown to `seq`; `ended`: a thread is final; `asked`: the user wants something of a running thread;
 * `room`: money of a session has come free; `queued`: a thread waits for a worker; `erased`: a session is gone;
 * `text`: `seq` characters of the answer that is being written have been saved; `outside`: a service outside is set otherwise.
 * `file`: the log of a file of `owner` has grown to `seq`; `file_gone`: that file is no more; `file_queued`: one waits for a worker;
 * `file_stopped`: what works on it is to stop.
 */
export type Wake = {
  kind: "log" | "ended" | "asked" | "room" | "queued" | "erased" | "text" | "outside" | FileWake;
  id: string;
  seq: number;
  owner?: string;
};

type FileWake = "file" | "file_gone" | "file_queued" | "file_stopped";

/** `seq` 0: it is gone. */
export type FileNews = { fileId: string; seq: number };

export type Live = ReturnType<typeof openLive>;

/** Heard by whoever listens to any of them. */
const simple: ReadonlySet<Wake["kind"]> = new Set(["queued", "erased", "outside", "file_queued", "file_stopped"]);

export function openLive() {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const on = <Value>(name: string, listener: (value: Value) => void): (() => void) => {
    emitter.on(name, listener);
    return () => emitter.off(name, listener);
  };
  const hear = ({ kind, id, seq, owner }: Wake): void => {
    if (simple.has(kind)) emitter.emit(kind, id);
    else emitter.emit(`${kind === "file_gone" ? "file" : kind}:${id}`, seq);
    if (kind === "file" || kind === "file_gone") emitter.emit(`owner:${owner}`, { fileId: id, seq } satisfies FileNews);
  };
  const tell = (kind: Wake["kind"], id: string, seq = 0, owner?: string): void => {
    const wake: Wake = { kind, id, seq, ...(owner !== undefined && { owner }) };
    hear(wake);
    emitter.emit("told", wake);
  };
  return {
    wake: (threadId: string, lastSeq: number) => tell("log", threadId, lastSeq),
    onWake: (threadId: string, listener: (lastSeq: number) => void) => on(`log:${threadId}`, listener),
    ended: (threadId: string) => tell("ended", threadId),
    onEnded: (threadId: string, listener: () => void) => on(`ended:${threadId}`, listener),
    asked: (threadId: string) => tell("asked", threadId),
    onAsked: (threadId: string, listener: () => void) => on(`asked:${threadId}`, listener),
    room: (sessionId: string) => tell("room", sessionId),
    onRoom: (sessionId: string, listener: () => void) => on(`room:${sessionId}`, listener),
    queued: (threadId: string) => tell("queued", threadId),
    onQueued: (listener: (threadId: string) => void) => on("queued", listener),
    erased: (sessionId: string) => tell("erased", sessionId),
    onErased: (listener: (sessionId: string) => void) => on("erased", listener),
    outside: (name: string) => tell("outside", name),
    onOutside: (listener: (name: string) => void) => on("outside", listener),
    ...filesOver(tell, on),
    textSaved: (threadId: string, length: number) => tell("text", threadId, length),
    onTextSaved: (threadId: string, listener: (length: number) => void) => on(`text:${threadId}`, listener),
    ...noticesOver(emitter, on),
    /** Once a second where other processes share the database: time to look for what was not heard of. */
    onLook: (listener: () => void) => on("look", listener),
    ...textOver(emitter, on),

    bridge: {
      onNoticeTold: (listener: (event: ThreadEvent) => void) => on("notice told", listener),
      hearNotice: (event: ThreadEvent) => void emitter.emit("notice", event),
      look: () => void emitter.emit("look"),
      /** What happens in this process. */
      onTold: (listener: (wake: Wake) => void) => on("told", listener),
      /** It happened in another process. */
      hear,
      /** Ids somebody here waits for. */
      awaited: (kind: Wake["kind"] | "owner"): string[] =>
        emitter.eventNames().flatMap((name) => {
          const text = String(name);
          return text.startsWith(`${kind}:`) ? [text.slice(kind.length + 1)] : [];
        }),
    },
  };
}

const noticesOver = (emitter: EventEmitter, on: On) => ({
  /** A word to everyone who follows anything. */
  notice(event: ThreadEvent): void {
    emitter.emit("notice", event);
    emitter.emit("notice told", event);
  },
  onNotice: (listener: (event: ThreadEvent) => void) => on("notice", listener),
});

/** A file's log, whose owner is told of it too. */
const filesOver = (tell: (kind: FileWake, id: string, seq?: number, owner?: string) => void, on: On) => ({
  file: (fileId: string, ownerId: string, lastSeq: number) => tell("file", fileId, lastSeq, ownerId),
  /** A wake-up of its own: many of one file on their way elsewhere become one with the highest number. */
  fileGone: (fileId: string, ownerId: string) => tell("file_gone", fileId, 0, ownerId),
  /** 0: it is gone. */
  onFile: (fileId: string, listener: (lastSeq: number) => void) => on(`file:${fileId}`, listener),
  onFilesOf: (ownerId: string, listener: (news: FileNews) => void) => on(`owner:${ownerId}`, listener),
  fileQueued: (fileId: string) => tell("file_queued", fileId),
  onFileQueued: (listener: (fileId: string) => void) => on("file_queued", listener),
  fileStopped: (fileId: string) => tell("file_stopped", fileId),
  onFileStopped: (listener: (fileId: string) => void) => on("file_stopped", listener),
});

type On = <Value>(name: string, listener: (value: Value) => void) => () => void;

const textOver = (emitter: EventEmitter, on: On) => {
  const running = new Map<string, RunningText>();
  return {
    delta(delta: Delta): void {
      const { thread_id, offset, ...text } = delta;
      const known = running.get(thread_id);
      running.set(
        thread_id,
        known?.response_id === text.response_id ? { ...text, text: known.text + text.text } : text,
      );
      emitter.emit(`delta:${thread_id}`, delta);
    },
    onDelta: (threadId: string, listener: (delta: Delta) => void) => on(`delta:${threadId}`, listener),
    runningText: (threadId: string): RunningText | undefined => running.get(threadId),
    /** The running text of a thread is in the log now, or given up. */
    textEnded(threadId: string): void {
      running.delete(threadId);
    },
  };
};
