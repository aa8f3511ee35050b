/** Actions by key: each part of the page says its own while it is shown; the palette and the help list them all. */
import { useEffect, useSyncExternalStore } from "react";
import { preferences } from "../data/preferences.ts";

export type Action = {
  /** Of the phrase that names it, in the language of the page. */
  label: string;
  /** As in a keyboard event: `n`, `?`, `1`. */
  keys: readonly string[];
  run: () => void;
};

let actions: readonly Action[] = [];
const listeners = new Set<() => void>();

const set = (next: readonly Action[]): void => {
  actions = next;
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** While the component is shown. Memoise the list. */
export function useActions(own: readonly Action[]): void {
  useEffect(() => {
    set([...actions, ...own]);
    return () => set(actions.filter((action) => !own.includes(action)));
  }, [own]);
}

export const useAllActions = (): readonly Action[] => useSyncExternalStore(subscribe, () => actions);

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

/** Single keys; never while somebody types, in a dialog or menu, or when they are switched off. */
function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!preferences().shortcuts || isTyping(event.target)) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  const action = actions.findLast(({ keys }) => keys.includes(event.key));
  if (!action) return;
  event.preventDefault();
  action.run();
}

addEventListener("keydown", onKey);
