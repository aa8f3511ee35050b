/** Tables as text: a block for each row, its cells divided by tabs, the header first. */
import { textPieces } from "../encoding.ts";
import type { Source } from "../source.ts";
import { openColumns, separatorOf } from "./csv-columns.ts";
import { csvRows, type Row } from "./csv-rows.ts";
import type { Extractor, Findings } from "./extractor.ts";

/** Characters that are looked at for the delimiter, and taken apart at a time; with an open quote the second. */
const [BATCH, OPEN_BATCH] = [64 * 1024, 1024 * 1024];

const named: Readonly<Record<string, string>> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe" };

export const csv: Extractor = {
  name: "csv",
  types: ["csv", "tsv"],
  async read(source, findings) {
    const columns = openColumns();
    let [delimiter, rows, complete, odd, uneven] = [null as string | null, 0, false, 0, 0];
    try {
      for await (const batch of batches(source, findings)) {
        delimiter ??= separatorOf(batch.text, source.type === "tsv" ? "\t" : ",");
        for (const row of csvRows(batch, delimiter)) {
          if (row.odd) odd++;
          if (row.cells.every((cell) => cell.trim() === "")) continue;
          if (!columns.add(row.cells)) uneven++;
          rows++;
          findings.block(blockOf(row));
        }
        await findings.pause();
      }
      complete = true;
    } finally {
      const header = columns.header();
      const counted = header ? Math.max(0, rows - 1) : rows;
      findings.facts({
        ...{ delimiter: delimiter === null ? null : (named[delimiter] ?? delimiter), header },
        columns: columns.facts(),
        ...(complete ? { rows: counted } : { rows_read: counted }),
      });
    }
    if (odd > 0) findings.warn("part_unreadable", `Quotes are not closed: ${odd} rows are read as if they had none`);
    if (uneven > 0) findings.warn("uneven_rows", `${uneven} rows have more or fewer cells than the first`);
  },
};

const blockOf = ({ cells, line }: Row) => ({
  kind: "table_row" as const,
  text: cells.map((cell) => cell.replace(/[\t\r\n]+/g, " ").trim()).join("\t"),
  place: { line },
});

/** Whole rows: cut at the end of a line before which every quote is closed. `line`: of the first, from 1. */
async function* batches(source: Source, findings: Findings): AsyncGenerator<{ text: string; line: number }> {
  let [text, line, read] = ["", 1, 0];
  for await (const piece of textPieces(source)) {
    text += piece;
    read += piece.length;
    findings.progress(Math.min(read, source.size), source.size);
    for (let end = cutOf(text); end > 0; end = cutOf(text)) {
      const batch = { text: text.slice(0, end), line };
      text = text.slice(end);
      line += batch.text.split("\n").length - 1;
      yield batch;
    }
  }
  if (text !== "") yield { text, line };
}

/** 0: more is needed. */
function cutOf(text: string): number {
  if (text.length < BATCH) return 0;
  let [closed, last] = [true, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) closed = !closed;
    else if (code === 10 && closed) {
      last = at + 1;
      if (last >= BATCH) return last;
    }
  }
  if (text.length < OPEN_BATCH) return 0;
  return last > 0 ? last : text.lastIndexOf("\n") + 1 || text.length;
}
