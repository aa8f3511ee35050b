/** Web pages: what a reader of the page sees, in blocks. */
import iconv from "iconv-lite";
import { decoded, textPieces } from "../encoding.ts";
import type { Source } from "../source.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { Page } from "./html-page.ts";
import { readTags } from "./html-tags.ts";

export const html: Extractor = {
  name: "html",
  types: ["html"],
  async read(source, findings) {
    await readHtml(textPieces({ ...source, encoding: await charsetOf(source) }), findings, source.size);
  },
};

/** `size`: about how much text will come, for the progress. Facts are told at the end. */
export async function readHtml(pieces: AsyncIterable<string>, findings: Findings, size: number): Promise<void> {
  const page = new Page(findings);
  let read = 0;
  await readTags(pieces, page, {
    depth: findings.limits.depth,
    async pause(length) {
      read += length;
      findings.progress(Math.min(read, size), size);
      await findings.pause();
    },
  });
  page.end();
  findings.facts(page.facts());
}

/** What the page says counts unless its bytes say UTF-8 or UTF-16. Null: nobody says anything. */
async function charsetOf({ encoding, slice }: Source): Promise<string | null> {
  if (encoding !== null && /^utf/.test(encoding)) return encoding;
  const head = decoded(await slice(0, 4096), "latin1");
  const named = /<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1];
  if (named === undefined || /^utf/i.test(named) || !iconv.encodingExists(named)) return encoding;
  return /^(iso-8859-1|latin1|us-ascii)$/i.test(named) ? "windows-1252" : named.toLowerCase();
}
