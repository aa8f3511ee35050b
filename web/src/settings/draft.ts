/** Changes of the algorithm that were not saved yet: they outlive the section, and leaving the page asks first. */
import type { VersionedSettings } from "@orchestratex/sdk/contract";
import { useSyncExternalStore } from "react";
import type { Draft } from "./algorithm-form.ts";

/** `settings`: what the changes were begun on. */
export type KeptDraft = { settings: VersionedSettings; draft: Draft };

let kept: KeptDraft | null = null;
const listeners = new Set<() => void>();

const ask = (event: BeforeUnloadEvent) => event.preventDefault();

export function keepDraft(next: KeptDraft | null): void {
  if (next && !kept) addEventListener("beforeunload", ask);
  if (!next && kept) removeEventListener("beforeunload", ask);
  kept = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useKeptDraft = (): KeptDraft | null => useSyncExternalStore(subscribe, () => kept);
