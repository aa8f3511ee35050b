/** A preview's ranges, in words. Nothing is rounded so that it promises more than was said. Pure. */

/** As fine as `money` writes it. */
const stepOf = (dollars: number): number =>
  dollars >= 1 ? 0.01 : dollars >= 0.01 ? 0.001 : 10 ** (Math.floor(Math.log10(dollars)) - 1);

/** Up to the next step that is shown: "at most" stays true. */
export function upward(dollars: number): number {
  if (dollars <= 0) return 0;
  const step = stepOf(dollars);
  return Math.ceil(dollars / step - 1e-6) * step;
}

const unitRange = (low: number, high: number, unit: string, locale: string): string => {
  const words = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 });
  return low === high ? words.format(low) : words.formatRange(low, high);
};

/** Whole seconds, outward; from one minute on, minutes. */
export function timeRange({ low, high }: { low: number; high: number }, locale: string): string {
  const unit = low >= 60_000 ? ([60_000, "minute"] as const) : ([1_000, "second"] as const);
  const [first, last] = [Math.max(1, Math.floor(low / unit[0])), Math.max(1, Math.ceil(high / unit[0]))];
  return unitRange(first, last, unit[1], locale);
}

/** Things to know of a choice, but for the one that the user has made. */
export const heedOf = (warnings: readonly string[], hasOwnChoice: boolean): number =>
  Math.max(0, warnings.length - (hasOwnChoice ? 1 : 0));

/** `3–6`, or `1`. */
export function countRange({ low, high }: { low: number; high: number }, locale: string): string {
  const words = new Intl.NumberFormat(locale);
  return low === high ? words.format(low) : words.formatRange(low, high);
}
