/** Plain text and settings: paragraphs with their lines. */
import { textLines } from "../encoding.ts";
import type { Source } from "../source.ts";
import type { Extractor, Findings } from "./extractor.ts";

/** A paragraph is closed at a line end from here on: logs have no empty lines. */
const PARAGRAPH_LENGTH = 2000;

export const text: Extractor = {
  name: "text",
  types: ["txt"],
  async read(source, findings) {
    findings.facts({ lines: await readParagraphs(source, findings) });
  },
};

/** How many lines there were. */
export async function readParagraphs(source: Source, findings: Findings): Promise<number> {
  let [lines, first, last, length, read] = [[] as string[], 1, 0, 0, 0];
  const close = () => {
    if (lines.length > 0)
      findings.block({ kind: "paragraph", text: lines.join("\n").trim(), place: { line: first, line_end: last } });
    [lines, length] = [[], 0];
  };
  for await (const { text, line } of textLines(source)) {
    read += text.length + 1;
    if (text.trim() === "" || length > PARAGRAPH_LENGTH) close();
    if (text.trim() !== "") {
      if (lines.length === 0) first = line;
      lines.push(text.trimEnd());
      length += text.length;
    }
    last = line;
    if ((line & 255) === 0) {
      findings.progress(Math.min(read, source.size), source.size);
      await findings.pause();
    }
  }
  close();
  return last;
}
