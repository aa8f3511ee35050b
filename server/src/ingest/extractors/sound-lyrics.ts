/** Lyrics3 at the end of an MP3, which the library passes over: https://id3.org/Lyrics3v2 */
import type { Source } from "../source.ts";

/** Verses and further texts; empty where there is no such tag. */
export async function lyrics3(source: Source): Promise<string[]> {
  const LONGEST = 1_100_000;
  const ending = Buffer.from(await source.slice(Math.max(0, source.size - 143), 143)).toString("latin1");
  if (!ending.includes("LYRICS200") && !ending.includes("LYRICSEND")) return [];
  const tail = Buffer.from(await source.slice(Math.max(0, source.size - LONGEST), LONGEST)).toString("latin1");
  const begin = tail.lastIndexOf("LYRICSBEGIN");
  const end = Math.max(tail.lastIndexOf("LYRICS200"), tail.lastIndexOf("LYRICSEND"));
  if (begin < 0 || end < begin) return [];
  const body = tail.slice(begin + "LYRICSBEGIN".length, end);
  const texts = tail.startsWith("LYRICS200", end) ? fieldsOf(body) : [body];
  return texts.map((text) => text.replaceAll(/\[\d{2}:\d{2}\]/g, "").trim()).filter((text) => text !== "");
}

/** Three letters, five digits of length, the text; `IND` and `CRC` are none. */
function fieldsOf(body: string): string[] {
  const texts: string[] = [];
  for (let at = 0; at + 8 <= body.length; ) {
    const length = Number(body.slice(at + 3, at + 8));
    if (!Number.isInteger(length)) break;
    if (!["IND", "CRC"].includes(body.slice(at, at + 3))) texts.push(body.slice(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return texts;
}
