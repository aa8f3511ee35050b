/** Source code: its definitions with their lines, what it imports, and what its comments say of them. */
import { decoded, textPieces } from "../encoding.ts";
import { languageByName, languageByShebang } from "../languages.ts";
import { type Definition, outlineOf } from "./code-outline.ts";
import type { Extractor, Findings } from "./extractor.ts";

/** Characters that are taken apart; more are read line by line. */
const PARSED = 2_000_000;
const TOLD = 500;
/** Of a block. */
const [LINES, LENGTH] = [80, 4000];

export const code: Extractor = {
  name: "code",
  types: ["code"],
  async read(source, findings) {
    const head = decoded(await source.slice(0, 1024), source.encoding ?? "utf-8");
    const language = languageByName(source.name) ?? languageByShebang(head.trimStart()) ?? "unknown";
    findings.facts({ language });
    let [text, line, read] = ["", 1, 0];
    for await (const piece of textPieces(source)) {
      text += piece;
      read += piece.length;
      findings.progress(Math.min(read, source.size), source.size);
      if (text.length <= PARSED) continue;
      // Too long to be taken apart: what there is goes out up to its last line end.
      const end = text.lastIndexOf("\n") + 1 || text.length;
      line = tell(text.slice(0, end), line, [], findings);
      text = text.slice(end);
      await findings.pause();
    }
    const outline = line === 1 ? await outlineOf(text, language) : null;
    const end = tell(text, line, outline?.definitions ?? [], findings);
    findings.facts({ lines: text === "" || text.endsWith("\n") ? end - 1 : end });
    if (!outline) return;
    findings.facts({
      imports: outline.imports.slice(0, TOLD),
      definitions: outline.definitions.slice(0, TOLD).map(({ kind, symbol, from, to, says }) => ({
        kind,
        symbol,
        line: from,
        line_end: to,
        ...(says ? { says } : {}),
      })),
      ...(outline.broken ? { syntax_errors: true } : {}),
    });
  },
};

/** The line after the last one. */
function tell(text: string, first: number, definitions: readonly Definition[], findings: Findings): number {
  const lines = text.split(/\r\n|\n|\r/);
  const owners = ownersOf(lines, definitions);
  let [from, length] = [0, 0];
  const put = (to: number) => {
    const symbol = owners[from];
    const place = { line: first + from, line_end: first + to - 1, ...(symbol === undefined ? {} : { symbol }) };
    findings.block({
      kind: "code",
      text: lines.slice(from, to).join("\n").replace(/^\n+/, "").trimEnd(),
      place,
    });
    [from, length] = [to, 0];
  };
  for (const [at, line] of lines.entries()) {
    const long = at - from >= LINES || length + line.length > LENGTH;
    // At an empty line where there is one near.
    const fine = line.trim() === "" && (at - from >= LINES / 2 || length > LENGTH / 2);
    if (at > from && (owners[at] !== owners[from] || long || fine)) put(at);
    length += line.length + 1;
  }
  if (from < lines.length) put(lines.length);
  return first + lines.length - 1;
}

/** A comment or decorator right above a definition belongs to it. */
const ABOVE = /^\s*(\/\/|\/\*|\*|#(?!include|define|if|endif|!)|--|@|\[<?\w|<!--)/;

/** By line: the innermost definition around it. */
function ownersOf(lines: readonly string[], definitions: readonly Definition[]): (string | undefined)[] {
  const owners: (string | undefined)[] = new Array(lines.length).fill(undefined);
  const around: Definition[] = [];
  for (const definition of definitions) {
    const { from, to, symbol } = definition;
    while (around.length > 0 && (around.at(-1)?.to ?? 0) < from) around.pop();
    const outer = around.at(-1);
    // What is inside a function is told with it, unless that is too long for one block.
    if (outer && /^(function|method|constructor)$/.test(outer.kind) && outer.to - outer.from < LINES) continue;
    around.push(definition);
    let start = from - 1;
    const above = owners[start];
    while (start > 0 && ABOVE.test(lines[start - 1] ?? "") && owners[start - 1] === above) start--;
    owners.fill(symbol, start, to);
  }
  return owners;
}
