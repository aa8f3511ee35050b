/** Short messages at the edge: seen, and said by a screen reader. */
import { useSyncExternalStore } from "react";

type Toast = { id: number; text: string };

/** Long enough to be read twice. */
const SHOWN_MS = 6_000;

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shown for a few seconds, in place of the one before. */
export function say(text: string): void {
  const toast = { id: nextId++, text };
  set([toast]);
  setTimeout(() => set(toasts.filter(({ id }) => id !== toast.id)), SHOWN_MS);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text }) => (
        <div key={id} className="toast">
          {text}
        </div>
      ))}
    </div>
  );
}
