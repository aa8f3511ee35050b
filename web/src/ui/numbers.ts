/** Numbers as people type them. Pure. */

/** Null: it is none. A comma is a point. */
export function numberOf(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

/** Whether it is a number from `low` to `high`. */
export function isWithin(text: string, low: number, high: number, whole = false): boolean {
  const number = numberOf(text);
  return number !== null && number >= low && number <= high && (!whole || Number.isInteger(number));
}

/** As it is typed in a language, without the tail that binary fractions have and without an exponent. */
export const textOf = (number: number | null, locale: string): string =>
  number === null
    ? ""
    : new Intl.NumberFormat(locale, { useGrouping: false, maximumSignificantDigits: 12 }).format(number);
