/** TOML: values with their paths. */
import { parse, TomlError } from "smol-toml";
import { wholeText } from "../encoding.ts";
import type { Extractor } from "./extractor.ts";
import { openRecords } from "./records.ts";
import { readParagraphs } from "./text.ts";
import { tellValue } from "./values.ts";

/** Bytes that are taken apart. */
const PARSED = 16_000_000;

export const toml: Extractor = {
  name: "toml",
  types: ["toml"],
  async read(source, findings) {
    const records = openRecords(findings);
    try {
      if (source.size > PARSED) throw new TomlError("It is too large", { toml: "", ptr: 0 });
      await tellValue(parse(await wholeText(source, PARSED), { maxDepth: findings.limits.depth }), records, findings);
      records.flush();
      findings.facts({ shape: records.shape() });
    } catch (error) {
      if (!(error instanceof TomlError)) throw error;
      const [reason = ""] = error.message.split("\n");
      findings.warn("part_unreadable", `It is not TOML, and is kept as plain text. ${reason}`);
      findings.facts({ lines: await readParagraphs(source, findings) });
    }
  },
};
