/** The attributes of a tag, as they are written between its name and its end. */
import { entityOf } from "./markup-entities.ts";

const ATTRIBUTE = /([^\s=/"'<>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** What a name has nothing of: the same as above. */
const NO_NAME = " \t\r\n/\"'<>=";

export const localOf = (name: string): string => name.slice(name.indexOf(":") + 1);

export const attributesIn = (raw: string): { name: string; value: string }[] =>
  raw === ""
    ? []
    : [...raw.matchAll(ATTRIBUTE)].map(([, name = "", double, single]) => ({
        name,
        value: plainValue(double ?? single ?? ""),
      }));

/**
 * The value of the first one with this local name that is accepted. Not by way of all of them: the cells of a large sheet
 * spent half of their time on that.
 */
export function attributeIn(raw: string, local: string, accepts: (name: string) => boolean): string | undefined {
  let seen = raw.indexOf(local);
  for (let at = 0; seen >= 0; ) {
    const equals = raw.indexOf("=", at);
    const open = equals < 0 ? raw.length : afterSpace(raw, equals + 1);
    const quote = raw[open];
    if (quote === undefined) return undefined;
    if (quote === '"' || quote === "'") {
      const end = raw.indexOf(quote, open + 1);
      if (end < 0) return undefined;
      const name = nameBefore(raw, at, equals, local);
      if (name !== null && accepts(name)) return plainValue(raw.slice(open + 1, end));
      at = end + 1;
    } else at = equals + 1;
    if (seen < at) seen = raw.indexOf(local, at);
  }
  return undefined;
}

const plainValue = (raw: string): string => decoded(raw).replace(/[\t\n\r]/g, " ");

function afterSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 32) at++;
  return at;
}

/** The name that ends before the sign at `equals`, if its local part is this one. */
function nameBefore(raw: string, from: number, equals: number, local: string): string | null {
  let end = equals;
  while (end > from && raw.charCodeAt(end - 1) <= 32) end--;
  if (end - local.length < from || !raw.endsWith(local, end)) return null;
  let start = end;
  while (start > from && !NO_NAME.includes(raw[start - 1] ?? "")) start--;
  const name = raw.slice(start, end);
  return localOf(name) === local ? name : null;
}

/** Entities that are not XML's own stand as written. */
export function decoded(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return entityOf(name) ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff && code > 0 ? String.fromCodePoint(code) : whole;
  });
}
