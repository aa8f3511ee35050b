/** Money, time and counts as people read them. */

/** Two places from a dollar on, four below, and two figures of what is smaller: $1.20, $0.0123, $0.00042. */
export function money(dollars: number): string {
  if (dollars === 0) return "$0";
  if (dollars >= 1) return `$${dollars.toFixed(2)}`;
  if (dollars >= 0.01) return `$${dollars.toFixed(4).replace(/0{1,2}$/, "")}`;
  const places = Math.min(12, 1 - Math.floor(Math.log10(dollars)));
  return `$${dollars.toFixed(places).replace(/0+$/, "")}`;
}

/** A cost, `~` where it is our estimate. */
export const cost = (dollars: number | null, estimated: boolean): string =>
  dollars === null ? "cost unknown" : `${estimated ? "~" : ""}${money(dollars)}`;

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** 12 345 */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, " ");

export const many = (value: number, one: string, more = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : more}`;

export const score = (value: number): string => value.toFixed(1);

export const signed = (value: number): string => `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(1)}`;

/** a, b and c */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** 1.4 MB; a thousand to the next unit. */
export function bytes(value: number): string {
  let [size, unit] = [value, 0];
  while (size >= 999.5 && unit < UNITS.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${unit === 0 || size >= 99.5 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}
