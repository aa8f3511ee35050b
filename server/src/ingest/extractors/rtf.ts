/** RTF, streaming: an own reader, because of code pages by font, lists' numbers, notes, headers and tables. */
import { AppError } from "../../errors.ts";
import type { Extractor } from "./extractor.ts";
import { openRtfGroups } from "./rtf-groups.ts";
import { openRtfTokens } from "./rtf-tokens.ts";

export const rtf: Extractor = {
  name: "rtf",
  types: ["rtf"],
  async read(source, findings) {
    const head = Buffer.from(await source.slice(0, 1024)).toString("latin1");
    if (!/^[\s\u00ef\u00bb\u00bf]*\{\s*\\rtf/.test(head))
      throw new AppError("file.unreadable", "It does not begin as RTF does");
    const groups = openRtfGroups((block) => findings.block(block), findings.limits.depth);
    const tokens = openRtfTokens(groups);
    let done = 0;
    for await (const piece of source.stream()) {
      tokens.write(piece);
      done += piece.length;
      findings.progress(done, source.size);
      await findings.pause();
    }
    tokens.write(Buffer.from("\n "));
    const { facts, isCut } = groups.end();
    findings.facts(facts);
    if (isCut) findings.warn("part_unreadable", "The file ends in the middle: what came before was read");
  },
};
