/** A session's settings as they are typed. Pure. */
import type { Session, UpdateSessionSettings } from "@orchestratex/sdk/contract";
import { isWithin, numberOf, textOf } from "../ui/numbers.ts";

type Settings = Session["settings"];

export type SessionForm = {
  /** US dollars; empty: no limit. */
  costLimit: string;
  threshold: string;
  maxIterations: string;
  /** Seconds. */
  deadline: string;
  mode: Settings["mode"];
  strategy: Settings["selection_strategy"];
  preferred: readonly string[];
  excluded: readonly string[];
};

export const bounds = {
  costLimit: [0, 1_000_000_000],
  threshold: [1, 10],
  maxIterations: [1, 10],
  deadline: [1, 3_600],
} as const;

export type NumberName = keyof typeof bounds;

export const formOf = ({ settings, max_iterations }: Session, locale: string): SessionForm => ({
  ...{ costLimit: textOf(settings.cost_limit, locale), threshold: textOf(settings.quality_threshold, locale) },
  ...{ maxIterations: textOf(max_iterations, locale), deadline: textOf(settings.deadline_ms / 1_000, locale) },
  ...{ mode: settings.mode, strategy: settings.selection_strategy },
  ...{ preferred: settings.preferred_models, excluded: settings.excluded_models },
});

/** The fields that are no numbers of their kind. */
export const wrongIn = (form: SessionForm): NumberName[] =>
  (Object.keys(bounds) as NumberName[]).filter((name) => {
    if (name === "costLimit" && form.costLimit.trim() === "") return false;
    const [low, high] = bounds[name];
    return !isWithin(form[name], low, high, name === "maxIterations");
  });

/** Only what was changed: another window may have changed the rest. */
export function changesOf(form: SessionForm, before: SessionForm): UpdateSessionSettings {
  const changed = (name: keyof SessionForm) => JSON.stringify(form[name]) !== JSON.stringify(before[name]);
  const settings: NonNullable<UpdateSessionSettings["settings"]> = {
    ...(changed("costLimit") && { cost_limit: numberOf(form.costLimit) }),
    ...(changed("threshold") && { quality_threshold: Number(numberOf(form.threshold)) }),
    ...(changed("deadline") && { deadline_ms: Math.round(Number(numberOf(form.deadline)) * 1_000) }),
    ...(changed("mode") && { mode: form.mode }),
    ...(changed("strategy") && { selection_strategy: form.strategy }),
    ...(changed("preferred") && { preferred_models: [...form.preferred] }),
    ...(changed("excluded") && { excluded_models: [...form.excluded] }),
  };
  return {
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(changed("maxIterations") && { max_iterations: Number(numberOf(form.maxIterations)) }),
  };
}

export type Wish = "normal" | "prefer" | "exclude";

export const wishOf = ({ preferred, excluded }: SessionForm, model: string): Wish =>
  excluded.includes(model) ? "exclude" : preferred.includes(model) ? "prefer" : "normal";

export function withWish(form: SessionForm, model: string, wish: Wish): SessionForm {
  const without = (names: readonly string[]) => names.filter((name) => name !== model);
  return {
    ...form,
    preferred: [...without(form.preferred), ...(wish === "prefer" ? [model] : [])],
    excluded: [...without(form.excluded), ...(wish === "exclude" ? [model] : [])],
  };
}
