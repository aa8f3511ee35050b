/** JSON, and JSON with a value a line. */
import { AppError } from "../../errors.ts";
import { textLines, textPieces } from "../encoding.ts";
import type { Source } from "../source.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { JsonFault, JsonStream } from "./json-stream.ts";
import { openRecords } from "./records.ts";

export const json: Extractor = {
  name: "json",
  types: ["json", "ndjson"],
  read: (source, findings) => (source.type === "ndjson" ? readLines(source, findings) : readWhole(source, findings)),
};

async function readWhole(source: Source, findings: Findings): Promise<void> {
  const records = openRecords(findings);
  const stream = new JsonStream(records, findings.limits.depth);
  let [read, fault] = [0, null as string | null];
  try {
    for await (const piece of textPieces(source)) {
      for (let at = 0; at < piece.length; at += 65_536) {
        stream.write(piece.slice(at, at + 65_536));
        await findings.pause();
      }
      read += piece.length;
      findings.progress(Math.min(read, source.size), source.size);
    }
    stream.end();
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    fault = error.message;
  }
  records.flush();
  const shape = records.shape();
  const empty = shape.every(({ kinds }) => kinds.every((kind) => kind === "object" || kind === "array"));
  if (fault !== null && empty) throw new AppError("file.unreadable", `It is not JSON: ${fault}`);
  if (fault !== null) findings.warn("part_unreadable", `Only what stands before a fault could be read. ${fault}`);
  findings.facts({ shape });
}

async function readLines(source: Source, findings: Findings): Promise<void> {
  let [values, broken, read, first] = [0, 0, 0, ""];
  const records = openRecords(findings);
  for await (const { text, line } of textLines(source)) {
    read += text.length + 1;
    if (text.trim() === "") continue;
    try {
      // Each line stands for itself: what is wrong in one ends there.
      records.line = line;
      const stream = new JsonStream(records, findings.limits.depth);
      stream.write(text);
      stream.end();
      records.flush();
      values++;
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
      broken++;
      records.flush();
      first ||= `line ${line}: ${error.message}`;
      findings.block({ kind: "record", text, place: { line } });
    }
    findings.progress(Math.min(read, source.size), source.size);
    await findings.pause();
  }
  if (values === 0 && broken > 0) throw new AppError("file.unreadable", `No line of it is JSON; ${first}`);
  if (broken > 0) findings.warn("part_unreadable", `${broken} lines are not JSON and are kept as they are; ${first}`);
  findings.facts({ values, broken_lines: broken, shape: records.shape() });
}
