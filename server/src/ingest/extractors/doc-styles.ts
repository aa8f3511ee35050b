/** Styles of a DOC, as far as they make headings and lists: [MS-DOC] 2.9.271. */
import { applied, type DocFile, type Properties, unknown } from "./doc-file.ts";

export type Style = { heading: number | null; own: Properties; base: number };

/** By number. */
export function stylesOf(file: DocFile): Style[] {
  const { bytes, length } = file.table(1);
  const sheet = bytes.subarray(0, length);
  if (sheet.length < 20) return [];
  const count = Math.min(sheet.readUInt16LE(2), 4096);
  const fixedLength = sheet.readUInt16LE(4);
  const styles: Style[] = [];
  let at = 2 + sheet.readUInt16LE(0);
  for (let i = 0; i < count && at + 2 <= sheet.length; i++) {
    const size = sheet.readUInt16LE(at);
    styles.push(styleOf(sheet.subarray(at + 2, at + 2 + size), fixedLength));
    at += 2 + size;
  }
  return styles;
}

const none: Style = { heading: null, own: unknown, base: 0xfff };

function styleOf(std: Buffer, fixedLength: number): Style {
  if (std.length < fixedLength + 2 || std.length < 12) return none;
  const builtIn = std.readUInt16LE(0) & 0xfff;
  const kind = std.readUInt16LE(2) & 0xf;
  const letters = std.readUInt16LE(fixedLength);
  const at = fixedLength + 2 + letters * 2 + 2;
  let own = none.own;
  if (kind === 1 && at + 4 <= std.length)
    own = applied(own, std.subarray(at + 4, at + 2 + Math.max(2, std.readUInt16LE(at))));
  const heading = builtIn >= 1 && builtIn <= 9 ? builtIn : builtIn === 62 ? 1 : null;
  return { heading, own, base: std.readUInt16LE(2) >> 4 };
}

/** What a paragraph does not say itself, its style does, or the one that is based on. */
export function resolved(properties: Properties, styles: readonly Style[]): Properties & { heading: number | null } {
  const out = { ...properties, heading: null as number | null };
  let number = properties.style;
  for (let depth = 0; depth < 12 && number < styles.length; depth++) {
    const style = styles[number];
    if (!style) break;
    out.heading ??= style.heading ?? (style.own.outline === null ? null : style.own.outline + 1);
    out.list ??= style.own.list;
    out.level ??= style.own.level;
    number = style.base;
  }
  out.heading ??= properties.outline === null ? null : properties.outline + 1;
  return out;
}
