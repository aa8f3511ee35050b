/** The final answer as a terminal shows it: safe, set to the width, code left as it is. Pure. */
import type { Look } from "./look.ts";
import { wrap } from "./measure.ts";
import { safe } from "./safe-text.ts";

export function setAnswer(text: string, look: Look): string {
  let inCode = false;
  const set = safe(text.trimEnd())
    .split("\n")
    .flatMap((line) => {
      const fence = /^\s*(```|~~~)/.test(line);
      if (fence) inCode = !inCode;
      if (fence) return [look.paint("dim", line)];
      if (inCode || line.startsWith("|")) return [line];
      return paragraph(line, look);
    });
  return `${set.join("\n")}\n`;
}

/** Headings stand out; what belongs to a list item stays under it. */
function paragraph(line: string, look: Look): string[] {
  if (/^#{1,6} /.test(line)) return wrap(line, look.width).map((part) => look.paint("bold", part));
  const [indent = ""] = /^\s*(?:[-*+] |\d{1,3}[.)] )?/.exec(line) ?? [];
  const [first = "", ...rest] = wrap(line.slice(indent.length), look.width - indent.length);
  return [indent + first, ...rest.map((part) => " ".repeat(indent.length) + part)];
}
