/** Numbers, money and times as a language writes them. Pure. */

/** US dollars; small sums keep two digits that say something. */
export function money(dollars: number, locale: string): string {
  const size = Math.abs(dollars);
  const digits = size === 0 || size >= 1 ? 2 : size >= 0.01 ? 3 : Math.min(9, 1 - Math.floor(Math.log10(size)));
  return new Intl.NumberFormat(locale, {
    ...{ style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" },
    ...{ minimumFractionDigits: Math.min(digits, size === 0 ? 2 : digits), maximumFractionDigits: digits },
  }).format(dollars);
}

/** US dollars for one token, told for a million of them. */
export const perMillion = (dollarsPerToken: number, locale: string): string =>
  new Intl.NumberFormat(locale, {
    ...{ style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" },
    ...{ minimumFractionDigits: 2, maximumFractionDigits: 3 },
  }).format(dollarsPerToken * 1e6);

/** Milliseconds: `840 ms`, `8.4 s`, `2 min 5 s`. */
export function duration(ms: number, locale: string): string {
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      ...{ style: "unit", unit: name, unitDisplay: "short" },
      ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
    }).format(value);
  if (ms < 999.5) return unit(Math.round(ms), "millisecond");
  if (ms < 59_500) return unit(ms / 1_000, "second", ms < 9_950 ? 1 : 0);
  const seconds = Math.round(ms / 1_000);
  const parts = [unit(Math.floor(seconds / 60), "minute")];
  if (seconds % 60 > 0 && seconds < 600) parts.push(unit(seconds % 60, "second"));
  return parts.join(" ");
}

/** 1 to 10, with one digit. */
export const score = (points: number, locale: string): string =>
  new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(points);

/** With its sign: what a version gained. */
export const gain = (points: number, locale: string): string =>
  new Intl.NumberFormat(locale, {
    ...{ minimumFractionDigits: 1, maximumFractionDigits: 2, signDisplay: "exceptZero" },
  }).format(points);

export const percent = (share: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(share);

/** `1,234` or, where it is long, `1.2M`. */
export const count = (value: number, locale: string): string =>
  new Intl.NumberFormat(locale, value >= 100_000 ? { notation: "compact", maximumFractionDigits: 1 } : {}).format(
    value,
  );

const sizes = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Bytes, by 1,024: `340 byte`, `12.3 MB`. */
export function bytes(size: number, locale: string): string {
  let [value, step] = [Math.max(0, size), 0];
  for (; value >= 999.5 && step < sizes.length - 1; step++) value /= 1_024;
  const digits = step === 0 || value >= 99.5 ? 0 : 1;
  return new Intl.NumberFormat(locale, {
    ...{ style: "unit", unit: sizes[step] ?? "byte", unitDisplay: step === 0 ? "long" : "short" },
    ...{ maximumFractionDigits: digits },
  }).format(value);
}

export const moment = (time: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Of every row of a log: its formatter is made once. */
export function clock(time: string, locale: string): string {
  const known = clocks.get(locale) ?? new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
  clocks.set(locale, known);
  return known.format(new Date(time));
}

const steps = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Number.POSITIVE_INFINITY],
] as const;

/** `3 minutes ago`. */
export function ago(time: string, now: number, locale: string): string {
  let value = Math.min(0, (Date.parse(time) - now) / 1_000);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, size] of steps) {
    if (Math.abs(value) < size) return words.format(Math.ceil(value), unit);
    value /= size;
  }
  return words.format(Math.ceil(value), "year");
}

/** `a, b and c`. */
export const list = (items: readonly string[], locale: string): string =>
  new Intl.ListFormat(locale, { type: "conjunction" }).format(items);
