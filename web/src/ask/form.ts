/** What the page of a new question holds, and the request it becomes. Pure. */
import type { AlgorithmSettings, AskPrompt } from "@orchestratex/sdk/contract";
import type { Preferences } from "../data/preferences.ts";

export type Mode = Preferences["mode"];
export const modes = ["auto", "quick", "checked", "thorough"] as const satisfies readonly Mode[];
export const strategies = ["hybrid", "domain_match", "performance", "cost"] as const satisfies readonly string[];
/** US dollars. */
export const budgets = [0.05, 0.2, 1] as const;

const MAX_LENGTH = 100_000;
const MAX_CONTEXT = 400_000;
/** From here on the length is told. */
const NEAR = 0.9;

/** What was written or chosen for this one question. Numbers stay as they are typed; empty: as it usually is. */
export type Draft = {
  text: string;
  /** Who has to answer; null: whoever suits best. */
  model: string | null;
  context: string;
  threshold: string;
  iterations: string;
  evaluators: string;
  seconds: string;
  excluded: readonly string[];
  /** Earlier questions of the session are not shown to the models. */
  forget: boolean;
};

export type Form = Draft & Pick<Preferences, "mode" | "strategy" | "budget">;

export const blank: Draft = {
  ...{ text: "", model: null, context: "", threshold: "", iterations: "", evaluators: "", seconds: "" },
  ...{ excluded: [], forget: false },
};

type Habits = Pick<Preferences, "mode" | "strategy" | "budget">;

/** How a question is asked by whoever has chosen nothing. */
export const usual: Habits = { mode: "auto", strategy: "hybrid", budget: null };

/** What is kept from question to question and is not as usual. */
export const habitsIn = (form: Habits): (keyof Habits)[] =>
  (["mode", "strategy", "budget"] as const).filter((name) => form[name] !== usual[name]);

const numberIn = (text: string): number | undefined => {
  const value = Number(text.replace(",", "."));
  return text.trim() === "" || Number.isNaN(value) ? undefined : value;
};

const given = <Value>(value: Value | undefined | null) => value !== undefined && value !== null && value !== "";

/** The same for asking and for a preview. */
export function bodyOf(form: Form, session: string | null): AskPrompt {
  const seconds = numberIn(form.seconds);
  const wishes: Partial<AskPrompt> = {
    session_id: session,
    context: form.context.trim() === "" ? null : form.context,
    cost_limit: form.budget,
    model_name: form.model,
    quality_threshold: numberIn(form.threshold),
    max_iterations: numberIn(form.iterations),
    evaluators: numberIn(form.evaluators),
    deadline_ms: seconds === undefined ? undefined : Math.round(seconds * 1_000),
    excluded_models: form.excluded.length > 0 ? [...form.excluded] : null,
    context_mode: session !== null && form.forget ? "none" : null,
  };
  const set = Object.fromEntries(Object.entries(wishes).filter(([, value]) => given(value)));
  return { prompt: form.text.trim(), mode: form.mode, strategy: form.strategy, ...set };
}

/** How many choices stand behind "more options": so that none is forgotten where they are folded away. */
export const extrasIn = (form: Draft, hasSession: boolean): number =>
  [form.context.trim(), form.threshold, form.iterations, form.evaluators, form.seconds].filter((text) => text !== "")
    .length +
  (form.excluded.length > 0 ? 1 : 0) +
  (hasSession && form.forget ? 1 : 0);

/** How long the text is, once that matters; null: far from the limit. */
export function lengthOf(text: string, max = MAX_LENGTH): { used: number; max: number; over: boolean } | null {
  if (text.length < max * NEAR) return null;
  const used = text.trim().length;
  return used < max * NEAR ? null : { used, max, over: used > max };
}

export const contextLength = (context: string) => lengthOf(context, MAX_CONTEXT);

/** Without white space around it, as the server counts it. */
export const canSend = ({ text }: Draft): boolean => text.trim() !== "" && !lengthOf(text)?.over;

/** Who judges and how often, by the settings of now; null: it depends on the question. */
export function planOf(
  mode: Mode,
  { modes: plans, max_iterations }: Pick<AlgorithmSettings, "modes" | "max_iterations">,
): { evaluators: number; iterations: number } | null {
  if (mode === "auto") return null;
  const { evaluators, max_iterations: own } = plans[mode];
  return { evaluators, iterations: evaluators === 0 ? 1 : (max_iterations ?? own) };
}

/** What an address wishes for: `?prompt=` and `?mode=`. */
export function wishesIn(search: URLSearchParams): Partial<Pick<Form, "text" | "mode">> {
  const text = search.get("prompt");
  const mode = modes.find((one) => one === search.get("mode"));
  return { ...(text !== null && text !== "" && { text }), ...(mode && { mode }) };
}

/** What was kept may be of an older version of this page: what does not fit is left out. */
export function draftFrom(kept: string | null): Draft {
  try {
    const value: unknown = JSON.parse(kept ?? "{}");
    const entries = Object.entries(blank).map(([name, usual]) => {
      const found = (value as Record<string, unknown> | null)?.[name];
      const fits = Array.isArray(usual)
        ? Array.isArray(found) && found.every((one) => typeof one === "string")
        : typeof found === typeof usual || (name === "model" && typeof found === "string");
      return [name, fits ? found : usual];
    });
    return Object.fromEntries(entries) as Draft;
  } catch {
    return blank;
  }
}

/** One key for as long as the same is asked: after a broken line it is the same question, not a second one. */
export function repeats(makeKey: () => string) {
  let last = { body: "", key: "" };
  return {
    keyOf(body: AskPrompt): string {
      const text = JSON.stringify(body);
      if (last.body !== text) last = { body: text, key: makeKey() };
      return last.key;
    },
    /** It has arrived: the same again is meant to be another one. */
    done(): void {
      last = { body: "", key: "" };
    },
  };
}
