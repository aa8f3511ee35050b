/** Which bytes of an RTF file mean which letters: by the code page of the file, and of the font. Rich Text Format 1.9.1, "Font Table" */
import iconv from "iconv-lite";
import { symbol } from "./ooxml-symbols.ts";

/** Of the charset of a font, as Windows numbers them. */
const charsets: Readonly<Record<number, number>> = {
  ...{ 0: 1252, 77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258 },
  ...{ 177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850 },
};
const SYMBOLS = 2;

type Font = { name: string; codePage: number | null; symbols: boolean };
export type RtfFonts = {
  /** The table, as it comes. */
  begin(index: number): void;
  charset(value: number): void;
  codePage(value: number): void;
  name(text: string): void;
  setDefaultPage(value: number): void;
  defaultFont: number;
  decode(bytes: readonly number[], font: number | null): string;
};

export function openRtfFonts(): RtfFonts {
  const fonts = new Map<number, Font>();
  let defaultPage = 1252;
  let current: Font | null = null;
  return {
    defaultFont: 0,
    begin(index) {
      current = { name: "", codePage: null, symbols: false };
      if (fonts.size < 10_000) fonts.set(index, current);
    },
    charset(value) {
      if (!current) return;
      current.symbols = value === SYMBOLS;
      current.codePage ??= value === 1 ? null : (charsets[value] ?? null);
    },
    codePage(value) {
      if (current) current.codePage = value;
    },
    name(text) {
      if (current && current.name.length < 100) current.name += text;
    },
    setDefaultPage(value) {
      defaultPage = value;
    },
    decode(bytes, index) {
      const font = fonts.get(index ?? this.defaultFont);
      if (font?.symbols) {
        const name = /wingdings/i.test(font.name) ? "Wingdings" : "Symbol";
        return bytes.map((byte) => symbol(name, byte.toString(16))).join("");
      }
      return decodePage(Buffer.from(bytes), font?.codePage ?? defaultPage);
    },
  };
}

function decodePage(bytes: Buffer, page: number): string {
  if (page === 65001) return bytes.toString("utf8");
  const name = page === 10000 ? "macroman" : page === 1361 ? "cp949" : `cp${page}`;
  return iconv.decode(bytes, iconv.encodingExists(name) ? name : "cp1252");
}
