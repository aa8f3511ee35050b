/** The form of a new question: its draft outlives a reload of this tab, its habits are preferences. */
import { useCallback, useEffect, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import { preferences, setPreferences } from "../data/preferences.ts";
import { blank, draftFrom, type Form, wishesIn } from "./form.ts";

const KEY = "orchestratex.draft";
/** A long text is not written with every letter. */
const PAUSE_MS = 300;

export type Change = (part: Partial<Form>) => void;

function kept(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(form: Form | null): void {
  try {
    if (form === null) sessionStorage.removeItem(KEY);
    else {
      const { mode: _mode, strategy: _strategy, budget: _budget, ...draft } = form;
      sessionStorage.setItem(KEY, JSON.stringify(draft));
    }
  } catch {
    // Forbidden or full: the text stays as long as the page does.
  }
}

function start(): Form {
  const { mode, strategy, budget } = preferences();
  return { ...draftFrom(kept()), mode, strategy, budget };
}

export function useForm(): { form: Form; change: Change; clear: () => void } {
  const [form, setForm] = useState(start);
  const latest = useRef<Form | null>(form);
  useEffect(() => {
    latest.current = form;
    const timer = setTimeout(keep, PAUSE_MS, form);
    return () => clearTimeout(timer);
  }, [form]);
  useEffect(() => {
    const flush = () => keep(latest.current);
    addEventListener("pagehide", flush);
    return () => {
      removeEventListener("pagehide", flush);
      flush();
    };
  }, []);
  const change = useCallback<Change>((part) => {
    setForm((before) => ({ ...before, ...part }));
    const { mode, strategy, budget } = part;
    if (mode) setPreferences({ mode });
    if (strategy) setPreferences({ strategy });
    if (budget !== undefined) setPreferences({ budget });
  }, []);
  const clear = useCallback(() => {
    latest.current = null;
    setForm((before) => ({ ...before, ...blank }));
  }, []);
  useWishes(setForm);
  return { form, change, clear };
}

/** What the address wishes for is taken once, and then leaves it: a reload must not undo what was written since. */
function useWishes(setForm: (change: (before: Form) => Form) => void): void {
  const [params, setParams] = useSearchParams();
  useEffect(() => {
    const wishes = wishesIn(params);
    if (Object.keys(wishes).length > 0) setForm((before) => ({ ...before, ...wishes }));
    if (!params.has("prompt") && !params.has("mode")) return;
    setParams((before) => new URLSearchParams([...before].filter(([name]) => name !== "prompt" && name !== "mode")), {
      replace: true,
    });
  }, [params, setParams, setForm]);
}
