/** Phrases with places in them. Pure, so that both catalogues can be tested. */

/** With `one` and `other` it is chosen by `count`, by the rules of the language. */
export type Phrase = string | { one: string; other: string };
export type Phrases = Readonly<Record<string, Phrase>>;
export type Values = Readonly<Record<string, string | number>>;

/** `{name}` becomes the value of that name; a number is written as the language writes it. */
export function fill(phrase: Phrase, values: Values, locale: string): string {
  const text = typeof phrase === "string" ? phrase : phrase[pluralOf(Number(values["count"]), locale)];
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

const pluralOf = (count: number, locale: string): "one" | "other" =>
  new Intl.PluralRules(locale).select(count) === "one" ? "one" : "other";
