/** YAML: comments and values with their paths; several documents in one file. */
import { LineCounter, parseAllDocuments } from "yaml";
import { AppError } from "../../errors.ts";
import { wholeText } from "../encoding.ts";
import type { Source } from "../source.ts";
import type { Extractor, Findings } from "./extractor.ts";
import { openRecords } from "./records.ts";
import { readParagraphs } from "./text.ts";
import { tellValue } from "./values.ts";

/** Characters: the parser holds about fifty times as much. */
const PARSED = 4_000_000;
/** Times an alias may stand for what it names; it grows with each of them that is in another. */
const ALIASES = 100;

export const yaml: Extractor = {
  name: "yaml",
  types: ["yaml"],
  async read(source, findings) {
    if (source.size > PARSED) {
      findings.warn("part_unread", "It is too large to be taken apart, and is kept as plain text");
      findings.facts({ lines: await readParagraphs(source, findings) });
      return;
    }
    const text = await wholeText(source, PARSED * 4);
    const lineCounter = new LineCounter();
    const documents = parseAllDocuments(text, { lineCounter, logLevel: "silent", uniqueKeys: false });
    const records = openRecords(findings);
    let [read, fault] = [0, ""];
    for (const document of "empty" in documents ? [] : documents) {
      const [error] = document.errors;
      fault ||= error ? (error.message.split("\n")[0] ?? "") : "";
      try {
        if (!error) await tellValue(document.toJS({ maxAliasCount: ALIASES }), records, findings);
        if (!error) read++;
      } catch (cause) {
        if (!(cause instanceof ReferenceError)) throw cause;
        throw new AppError("file.beyond_limits", "Its aliases stand for more than is allowed", { cause });
      }
      records.flush();
    }
    if (fault !== "") await asText(source, findings, fault);
    findings.facts({ documents: read, shape: records.shape() });
  },
};

async function asText(source: Source, findings: Findings, fault: string): Promise<void> {
  findings.warn("part_unreadable", `It is not all YAML, and is kept as plain text too. ${fault}`);
  await readParagraphs(source, findings);
}
