/** What this browser was told about itself: kept in it, the same in all its tabs. */
import { useSyncExternalStore } from "react";
import type { Language } from "../i18n/words.tsx";

export type Preferences = {
  theme: "light" | "dark" | "system";
  /** null: the browser's own. */
  language: Language | null;
  mode: "auto" | "quick" | "checked" | "thorough";
  strategy: "domain_match" | "performance" | "cost" | "hybrid";
  /** US dollars for one thread; null: the session's limit alone. */
  budget: number | null;
  railCollapsed: boolean;
  /** Single keys as shortcuts; Ctrl+K works either way. */
  shortcuts: boolean;
  /** The first steps are done or were left. */
  welcomed: boolean;
};

const KEY = "orchestratex.preferences";

const initial: Preferences = {
  ...{ theme: "system", language: null, mode: "auto", strategy: "hybrid", budget: null },
  ...{ railCollapsed: false, shortcuts: true, welcomed: false },
};

function read(): Preferences {
  try {
    return { ...initial, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return initial;
  }
}

let current = read();
const listeners = new Set<() => void>();

function take(next: Preferences): void {
  current = next;
  const root = document.documentElement;
  if (current.theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = current.theme;
  for (const listener of listeners) listener();
}

addEventListener("storage", ({ key }) => key === KEY && take(read()));

export function setPreferences(change: Partial<Preferences>): void {
  const next = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Forbidden or full: it holds until the tab is closed.
  }
  take(next);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, () => current);
export const preferences = (): Preferences => current;
