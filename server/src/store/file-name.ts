/** What a file may be called: as people read it, and harmless wherever it is shown or saved. */

/** UTF-16 units; file systems take 255 bytes or units of a name. */
const MOST = 255;
const MOST_OF_EXTENSION = 20;

/** Controls, marks that turn the direction of writing (`exe.fdp` shown as `pdf.exe`), and what is not seen. */
const HARMFUL =
  /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/gu;

/** Without folders of any system, normalised (NFC), never empty, with its extension where it has to be cut. */
export function cleanFileName(given: string): string {
  const last = given.toWellFormed().split(/[/\\]/).at(-1) ?? "";
  const name = last.normalize("NFC").replace(HARMFUL, "").trim();
  if (/^\.*$/.test(name)) return "file";
  if (name.length <= MOST) return name;
  const extension = /\.[^.\s]+$/.exec(name)?.[0] ?? "";
  const kept = extension.length <= MOST_OF_EXTENSION ? extension : "";
  return name.slice(0, MOST - kept.length).replace(/[\ud800-\udbff]$/, "") + kept;
}

/** In lower case, without the dot: `gz` of `a.tar.gz`; empty: it has none. */
export const extensionOf = (name: string): string => /[^.]\.([^.\s]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
