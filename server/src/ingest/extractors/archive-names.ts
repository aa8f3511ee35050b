/** Names in archives: in which characters they were written, and what they may hide. */
import iconv from "iconv-lite";
import jschardet from "jschardet";

/**
 * Code pages that names are met in, as `jschardet` calls them, and how much its guess weighs: names are short, and archivers for DOS
 * and Windows write the code page of the console, so that of two guesses close together that one is right.
 */
const codePages: Readonly<Record<string, { iconv: string; weight: number }>> = {
  cp437: { iconv: "cp437", weight: 1.5 },
  cp850: { iconv: "cp850", weight: 1.2 },
  cp852: { iconv: "cp852", weight: 1 },
  "Windows-1252": { iconv: "win1252", weight: 1 },
  IBM866: { iconv: "cp866", weight: 2.5 },
  "Windows-1251": { iconv: "win1251", weight: 1 },
  CP932: { iconv: "cp932", weight: 1 },
  "EUC-JP": { iconv: "eucjp", weight: 1 },
  GB18030: { iconv: "gb18030", weight: 1 },
  Big5: { iconv: "big5", weight: 1 },
  CP949: { iconv: "cp949", weight: 1 },
};

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Null: it is no UTF-8. */
export function utf8Of(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

export type NameDecoder = { encoding: string; decode(bytes: Uint8Array): string };

/** How the names of one archive are to be read that do not say it themselves, judged by all of them; `usual` where nothing speaks against it. */
export function nameDecoder(names: Iterable<Uint8Array>, usual: string): NameDecoder {
  const sample: Uint8Array[] = [];
  let length = 0;
  let isUtf8 = true;
  for (const name of names) {
    if (!name.some((byte) => byte > 0x7f)) continue;
    isUtf8 &&= utf8Of(name) !== null;
    sample.push(name, Uint8Array.of(0x0a));
    length += name.length + 1;
    if (length > 20_000) break;
  }
  const encoding = sample.length === 0 || isUtf8 ? "utf-8" : codePageOf(Buffer.concat(sample), usual);
  return { encoding, decode: (bytes) => utf8Of(bytes) ?? iconv.decode(Buffer.from(bytes), encoding) };
}

function codePageOf(sample: Buffer, usual: string): string {
  let best = { iconv: usual, score: 0 };
  for (const { encoding, confidence } of jschardet.detectAll(sample)) {
    const page = codePages[encoding ?? ""];
    if (page && confidence * page.weight > best.score) best = { iconv: page.iconv, score: confidence * page.weight };
  }
  return best.iconv;
}

/** As it is shown and kept: control characters could not be. */
export const shownName = (name: string): string => name.replaceAll(/\p{Cc}/gu, "\uFFFD");

/** Whether it leads out of the folder it is unpacked to, or shows otherwise than it is. */
export function nameFaults(path: string): { unsafe: boolean; disguised: boolean } {
  return {
    unsafe: /^([/\\]|[a-z]:)/i.test(path) || path.split(/[/\\]/).includes(".."),
    // The marks that turn the direction of writing: "gpj.exe" is shown as "exe.jpg".
    disguised: /[\u202A-\u202E\u2066-\u2069\uFFFD]/u.test(path) || /\.\w{1,4}\s{5,}\.\w+$/u.test(path),
  };
}

/** Of the last part of a path, in small letters, without its dot. */
export const extensionOf = (path: string): string =>
  /\.([a-z0-9]{1,8})$/.exec((path.split(/[/\\]/).at(-1) ?? "").toLowerCase())?.[1] ?? "";
