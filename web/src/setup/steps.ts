/** The three first steps. Pure. */
export const steps = ["machine", "models", "care"] as const;
export type Step = (typeof steps)[number];

/** The one that the address names; else the one that was left, else the first. */
export const stepOf = (address: string | null, left: string | null): Step =>
  steps.find((step) => step === address) ?? steps.find((step) => step === left) ?? "machine";

/** null: there is none on that side. */
export const beside = (step: Step, by: 1 | -1): Step | null => steps[steps.indexOf(step) + by] ?? null;

/** How far a step is, seen from the one that is shown. */
export function progressOf(step: Step, shown: Step): "done" | "now" | "later" {
  const by = steps.indexOf(step) - steps.indexOf(shown);
  return by < 0 ? "done" : by === 0 ? "now" : "later";
}
