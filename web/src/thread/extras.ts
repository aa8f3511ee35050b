/** What Markdown needs for code and mathematics: large, so fetched when a text has some; the text is readable without. */
import { useEffect, useSyncExternalStore } from "react";
import type { Options } from "react-markdown";

type Plugins = { remark: NonNullable<Options["remarkPlugins"]>; rehype: NonNullable<Options["rehypePlugins"]> };

export type Extras = { code: Plugins | null; math: Plugins | null };

let extras: Extras = { code: null, math: null };
const listeners = new Set<() => void>();
const loaders: Record<keyof Extras, () => Promise<Plugins>> = {
  code: () => import("./extras-code.ts").then(({ plugins }) => plugins),
  math: () => import("./extras-math.ts").then(({ plugins }) => plugins),
};

async function load(name: keyof Extras): Promise<void> {
  try {
    const plugins = await loaders[name]();
    extras = { ...extras, [name]: extras[name] ?? plugins };
  } catch {
    // Not there, as when the line is down: the next text that needs it asks again.
    return;
  }
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useExtras({ code, math }: { code: boolean; math: boolean }): Extras {
  const known = useSyncExternalStore(subscribe, () => extras);
  useEffect(() => {
    if (code && !extras.code) void load("code");
    if (math && !extras.math) void load("math");
  }, [code, math]);
  return known;
}
