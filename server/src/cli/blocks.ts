/** The building blocks of what is shown: a rule, a labelled entry, a note, a score, a point of criticism. Pure. */
import type { Criticism, Severity } from "@orchestratex/sdk/contract";
import { score } from "./figures.ts";
import type { Colour, Look } from "./look.ts";
import { columns, cut, pad, wrap } from "./measure.ts";
import { safeLine } from "./safe-text.ts";

const MARGIN = "  ";
const LABEL = 11;
const BAR = 10;

/** A line across the screen with a title in it. */
export function rule(title: string, look: Look): string {
  const line = look.symbols.rule;
  const rest = Math.max(0, look.width - 4 - columns(title));
  return `${look.paint("dim", `${line}${line}`)} ${look.paint("bold", title)} ${look.paint("dim", line.repeat(rest))}\n`;
}

/** A label in the margin and lines beside it. */
export function entry(label: string, texts: readonly string[], look: Look, colour?: Colour): string {
  const lines = texts.flatMap((text) => wrap(text, look.width - LABEL - MARGIN.length));
  return lines
    .map((line, at) => {
      const margin = look.paint("dim", pad(at === 0 ? label : "", LABEL));
      return `${MARGIN}${margin}${colour ? look.paint(colour, line) : line}\n`;
    })
    .join("");
}

export function note(colour: Colour, text: string, look: Look): string {
  const [first = "", ...rest] = wrap(text, look.width - 4);
  return [`${look.symbols.warning} ${first}`, ...rest.map((line) => `  ${line}`)]
    .map((line) => `${MARGIN}${look.paint(colour, line)}\n`)
    .join("");
}

export const colourOf = (value: number, threshold: number): Colour =>
  value >= threshold ? "green" : value >= 6 ? "yellow" : "red";

/** Ends where the text beside a label begins, and so do the points below it. */
export function scoreBar(value: number, threshold: number, look: Look): string {
  const colour = colourOf(value, threshold);
  const full = Math.round(Math.min(BAR, Math.max(0, value)));
  const bar =
    look.paint(colour, look.symbols.full.repeat(full)) + look.paint("dim", look.symbols.empty.repeat(BAR - full));
  return `${look.paint(colour, score(value).padStart(4))} ${bar}`;
}

const severityColours: Record<Severity, Colour> = { critical: "red", major: "yellow", minor: "dim" };
const SEVERITY = 9;

/** One point in one line; who wants it whole asks for `threads show`. */
export function pointLine(one: Criticism, look: Look): string {
  const indent = MARGIN.length + LABEL;
  const name = one.id === null ? "" : `${safeLine(one.id)} `;
  const point = `${name}${one.criterion.replaceAll("_", " ")}: ${safeLine(one.point)}`;
  const shown = look.live ? cut(point, look.width - indent - SEVERITY) : point;
  const severity = look.paint(severityColours[one.severity], pad(one.severity, SEVERITY));
  return `${" ".repeat(indent)}${severity}${look.paint("dim", shown)}\n`;
}
