/** The numbers of lists and headings as OpenDocument describes them. OpenDocument 1.3, part 3, 5.3 and 16.30 */
import { elements } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";
import { numeral } from "./docx-numerals.ts";

type Level = {
  format: string;
  prefix: string;
  suffix: string;
  /** `%1%.%2%)`, where LibreOffice has written it. */
  pattern: string | null;
  shown: number;
  start: number;
  bullet: string | null;
};

export type OdfLists = {
  /** `text:list-style` or `text:outline-style`. */
  define(style: XmlElement): void;
  /** Opens a list inside the one that is open. */
  open(list: XmlElement): void;
  close(): void;
  item(element: XmlElement, counts: boolean): void;
  /** The label of the item that has begun, once; null: none, or it was taken. */
  label(): string | null;
  heading(element: XmlElement, level: number): string;
  within(): boolean;
};

const formats: Readonly<Record<string, string>> = {
  ...{ "1": "decimal", a: "lowerLetter", A: "upperLetter", i: "lowerRoman", I: "upperRoman" },
};
const OUTLINE = "outline";
const LEVELS = 10;

const whole = (text: string | undefined, otherwise: number): number => {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && Math.abs(value) < 1e9 ? value : otherwise;
};

export function openLists(): OdfLists {
  const styles = new Map<string, Map<number, Level>>();
  const ends = new Map<string, (number | undefined)[]>();
  const open: { style: string; key: string }[] = [];
  let counts: (number | undefined)[] = [];
  let label: string | null = null;
  const headings: (number | undefined)[] = [];
  return {
    define(style) {
      const name = style.local === "outline-style" ? OUTLINE : (style.attribute("name") ?? "");
      styles.set(name, new Map(elements(style).map((one) => [whole(one.attribute("level"), 1), levelOf(one)])));
    },
    open(list) {
      const outer = open.at(-1);
      const style = list.attribute("style-name") ?? outer?.style ?? "";
      const key = list.attribute("id") ?? style;
      if (!outer) {
        const continued =
          list.attribute("continue-list") ?? (list.attribute("continue-numbering") === "true" ? style : "");
        counts = [...(ends.get(continued) ?? [])];
      } else if (list.attribute("continue-numbering") !== "true") counts[open.length] = undefined;
      open.push({ style, key });
    },
    close() {
      const closed = open.pop();
      if (open.length > 0 || !closed) return;
      ends.set(closed.key, counts);
      ends.set(closed.style, counts);
      label = null;
    },
    item(element, isCounted) {
      const at = open.length - 1;
      const levels = styles.get(open.at(-1)?.style ?? "");
      const level = levels?.get(at + 1);
      label = null;
      if (!isCounted || at < 0 || at >= LEVELS) return;
      counts[at] = whole(element.attribute("start-value"), (counts[at] ?? (level?.start ?? 1) - 1) + 1);
      counts.length = at + 1;
      label = level && levels ? written(levels, counts, at) : "";
    },
    label() {
      const taken = label;
      label = null;
      return taken;
    },
    heading(element, level) {
      const levels = styles.get(OUTLINE);
      const own = levels?.get(level);
      if (!levels || !own || element.attribute("is-list-header") === "true") return "";
      const at = Math.min(level, LEVELS) - 1;
      for (let above = 0; above < at; above++) headings[above] ??= levels.get(above + 1)?.start ?? 1;
      headings[at] = whole(element.attribute("start-value"), (headings[at] ?? own.start - 1) + 1);
      headings.length = at + 1;
      return written(levels, headings, at);
    },
    within: () => open.length > 0,
  };
}

function levelOf(element: XmlElement): Level {
  const bullet = element.attribute("bullet-char");
  return {
    format: element.attribute("num-format") ?? "",
    prefix: element.attribute("num-prefix") ?? "",
    suffix: element.attribute("num-suffix") ?? "",
    pattern: element.attribute("num-list-format") ?? null,
    shown: Math.min(Math.max(whole(element.attribute("display-levels"), 1), 1), LEVELS),
    start: whole(element.attribute("start-value"), 1),
    bullet: bullet === undefined ? null : /[\p{L}\p{N}\p{Co}\p{Cc}]/u.test(bullet) ? "•" : bullet,
  };
}

/** With a space after it, or empty. */
function written(levels: ReadonlyMap<number, Level>, counts: readonly (number | undefined)[], at: number): string {
  const level = levels.get(at + 1);
  if (!level) return "";
  if (level.bullet !== null) return `${level.bullet} `;
  const number = (index: number): string => {
    const of = levels.get(index + 1);
    if (!of || of.format === "") return "";
    return numeral(counts[index] ?? of.start, formats[of.format] ?? "decimal");
  };
  if (level.format === "") return level.prefix + level.suffix === "" ? "" : `${level.prefix}${level.suffix} `;
  if (level.pattern !== null)
    return `${level.pattern.replace(/%(\d{1,2})%/g, (_, digits) => number(Number(digits) - 1))} `;
  const numbers: string[] = [];
  for (let index = Math.max(0, at + 1 - level.shown); index <= at; index++) numbers.push(number(index));
  return `${level.prefix}${numbers.filter((text) => text !== "").join(".")}${level.suffix} `;
}
