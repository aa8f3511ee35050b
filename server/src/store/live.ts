/**
 * Who waits for what inside this process. A wake-up carries (thread, last number) only: what is delivered is read from the log.
 * Text that is still being written is live only; the text so far is kept for those who come later.
 */
import { EventEmitter } from "node:events";
import type { Role } from "@orchestratex/sdk/contract";

export type RunningText = {
  response_id: string;
  role: Role;
  iteration_number: number;
  model_name: string;
  text: string;
};

/** `offset` is where `text` goes in the whole, in UTF-16 units. */
export type Delta = Omit<RunningText, "text"> & { thread_id: string; offset: number; text: string };

export type Live = ReturnType<typeof openLive>;

export function openLive() {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const running = new Map<string, RunningText>();
  const on = <Value>(name: string, listener: (value: Value) => void): (() => void) => {
    emitter.on(name, listener);
    return () => emitter.off(name, listener);
  };
  return {
    /** The thread's log has grown to `lastSeq`. */
    wake(threadId: string, lastSeq: number): void {
      emitter.emit(`log:${threadId}`, lastSeq);
    },
    onWake: (threadId: string, listener: (lastSeq: number) => void) => on(`log:${threadId}`, listener),

    delta(delta: Delta): void {
      const { thread_id, offset, ...text } = delta;
      const known = running.get(thread_id);
      running.set(
        thread_id,
        known?.response_id === text.response_id ? { ...text, text: known.text + text.text } : text,
      );
      emitter.emit(`text:${thread_id}`, delta);
    },
    onDelta: (threadId: string, listener: (delta: Delta) => void) => on(`text:${threadId}`, listener),
    runningText: (threadId: string): RunningText | undefined => running.get(threadId),
    /** The running text of a thread is in the log now, or given up. */
    textEnded(threadId: string): void {
      running.delete(threadId);
    },

    /** The thread has reached its final state. */
    ended(threadId: string): void {
      emitter.emit(`ended:${threadId}`);
    },
    onEnded: (threadId: string, listener: () => void) => on(`ended:${threadId}`, listener),

    /** The user has asked something of a running thread. */
    asked(threadId: string): void {
      emitter.emit(`asked:${threadId}`);
    },
    onAsked: (threadId: string, listener: () => void) => on(`asked:${threadId}`, listener),

    /** Money of a session has come free. */
    room(sessionId: string): void {
      emitter.emit(`room:${sessionId}`);
    },
    onRoom: (sessionId: string, listener: () => void) => on(`room:${sessionId}`, listener),
  };
}
