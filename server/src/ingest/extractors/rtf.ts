/** RTF, streaming: an own reader, because of code pages by font, lists' numbers, notes, headers and tables. */
import { AppError } from "../../errors.ts";
import { EnoughText, type Extractor, type Findings } from "./extractor.ts";
import { isOle } from "./ole.ts";
import { tellOleObject } from "./ole-embedded.ts";
import { openRtfGroups, type RtfGroups } from "./rtf-groups.ts";
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
      await tellObjects(groups, findings);
      done += piece.length;
      findings.progress(done, source.size);
      await findings.pause();
    }
    tokens.write(Buffer.from("\n "));
    const { facts, isCut } = groups.end();
    await tellObjects(groups, findings);
    findings.facts(facts);
    if (isCut) findings.warn("part_unreadable", "The file ends in the middle: what came before was read");
  },
};

async function tellObjects(groups: RtfGroups, findings: Findings): Promise<void> {
  for (const { name, bytes } of groups.objects())
    try {
      if (isOle(bytes)) await tellOleObject(bytes, name, findings);
      else await findings.inner(name, bytes, name);
    } catch (error) {
      if (error instanceof EnoughText) throw error;
      findings.warn("part_unreadable", `${name} could not be read: ${String((error as Error).message).slice(0, 300)}`);
    }
}
