/** Settings of sections and `key = value`, with the section as heading. */
import { textLines } from "../encoding.ts";
import type { Extractor } from "./extractor.ts";

export const ini: Extractor = {
  name: "ini",
  types: ["ini"],
  async read(source, findings) {
    const sections: string[] = [];
    let [section, keys] = ["", 0];
    for await (const { text, line } of textLines(source)) {
      const trimmed = text.trim();
      const name = /^\[+([^\]]+)\]+$/.exec(trimmed)?.[1];
      const place = { line, ...(section === "" ? {} : { heading: [section] }) };
      if (name !== undefined) {
        section = name.trim();
        if (sections.length < 500) sections.push(section);
        findings.block({ kind: "heading", text: section, place: { line } });
      } else if (/^[#;!]/.test(trimmed))
        findings.block({ kind: "note", text: trimmed.replace(/^[#;!]+\s*/, ""), place });
      else {
        if (/^[^=:]+[=:]/.test(trimmed)) keys++;
        findings.block({ kind: "record", text: trimmed, place });
      }
      if ((line & 255) === 0) await findings.pause();
    }
    findings.facts({ sections, keys });
  },
};
