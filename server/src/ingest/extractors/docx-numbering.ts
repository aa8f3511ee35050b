/** The numbers of lists as Word shows them. ISO/IEC 29500-1 17.9 */
import { allOf, childOf, downTo, elements } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";
import { customNumeral, numeral } from "./docx-numerals.ts";
import { onlyChoice } from "./ooxml.ts";

type Level = {
  start: number;
  format: string;
  custom: string | null;
  text: string;
  /** After which level it begins anew, from 1; 0: never; null: after any above it. */
  restart: number | null;
  legal: boolean;
  style: string | null;
  gap: string;
};
type List = { abstract: string; levels: Map<number, Level>; starts: Map<number, number> };

export type Numbering = {
  /** What stands before the next paragraph of a list, with the gap after it; null: there is no such list. */
  next(list: string, level: number): { label: string; bullet: boolean } | null;
  /** The level of a list that belongs to a style. */
  levelOf(list: string, style: string): number | null;
};

const LEVELS = 9;
const number = (text: string | undefined, otherwise: number): number => {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && Math.abs(value) < 1e9 ? value : otherwise;
};

function levelOf(element: XmlElement): Level {
  const value = (local: string) => childOf(element, local)?.attribute("val");
  const alternate = childOf(element, "AlternateContent");
  const format = childOf(element, "numFmt") ?? childOf(alternate && onlyChoice(alternate), "numFmt");
  const legal = childOf(element, "isLgl");
  const restart = value("lvlRestart");
  const suffix = value("suff");
  return {
    start: number(value("start"), 0),
    format: format?.attribute("val") ?? "decimal",
    custom: format?.attribute("format") ?? null,
    text: value("lvlText") ?? "",
    restart: restart === undefined ? null : number(restart, 0),
    legal: legal !== undefined && !/^(0|false|off)$/.test(legal.attribute("val") ?? ""),
    style: value("pStyle") ?? null,
    gap: suffix === "nothing" ? "" : " ",
  };
}

const levelsOf = (of: XmlElement): Map<number, Level> =>
  new Map([...allOf(of, "lvl")].map((one) => [number(one.attribute("ilvl"), 0), levelOf(one)]));

/** `listOfStyle` says which list a numbering style stands for: some lists are only a word for another one's. */
export function openNumbering(tree: XmlElement | null, listOfStyle: (style: string) => string | null): Numbering {
  const lists = listsOf(tree, listOfStyle);
  /** By the definition, because lists of one definition count on. */
  const counters = new Map<string, (number | undefined)[]>();
  const begun = new Set<string>();
  return {
    levelOf(id, style) {
      for (const [at, level] of lists.get(id)?.levels ?? []) if (level.style === style) return at;
      return null;
    },
    next(id, at) {
      const list = lists.get(id);
      const level = list?.levels.get(at);
      if (!list || !level || at >= LEVELS) return null;
      const counts = counters.get(list.abstract) ?? [];
      counters.set(list.abstract, counts);
      // Levels above it that were left out count as if they had stood there once.
      for (let above = 0; above < at; above++) {
        if (counts[above] === undefined) begun.add(`${id} ${above}`);
        counts[above] ??= list.starts.get(above) ?? list.levels.get(above)?.start ?? 1;
      }
      const override = list.starts.get(at);
      const now = counts[at];
      if (override !== undefined && !begun.has(`${id} ${at}`)) counts[at] = override;
      else counts[at] = now === undefined ? level.start : now + 1;
      begun.add(`${id} ${at}`);
      restartBelow(list, counts, at);
      return { label: labelOf(list, counts, level, at), bullet: level.format === "bullet" };
    },
  };
}

function restartBelow(list: List, counts: (number | undefined)[], at: number): void {
  for (let below = at + 1; below < LEVELS; below++) {
    const restart = list.levels.get(below)?.restart ?? null;
    if (restart === null || (restart > 0 && at < restart)) counts[below] = undefined;
  }
}

function labelOf(list: List, counts: readonly (number | undefined)[], level: Level, at: number): string {
  if (level.format === "bullet") return `${bullet(level.text)}${level.gap}`;
  const label = level.text.replace(/%([1-9])/g, (_, digit) => {
    const index = Number(digit) - 1;
    const of = list.levels.get(index);
    const count = counts[index] ?? of?.start ?? 1;
    if (of?.custom && of.format === "custom") return customNumeral(count, of.custom);
    return numeral(count, level.legal && index <= at ? "decimal" : (of?.format ?? "decimal"));
  });
  return label === "" ? "" : `${label}${level.gap}`;
}

/** Bullets are signs of Wingdings and Symbol in the private area of Unicode, or an `o` of Courier New. */
function bullet(text: string): string {
  const [sign = "•"] = text;
  return /[\p{L}\p{N}\p{Co}\p{Cc}§]/u.test(sign) ? "•" : sign;
}

function listsOf(tree: XmlElement | null, listOfStyle: (style: string) => string | null): Map<string, List> {
  const top = elements(tree ?? undefined);
  const abstracts = new Map(
    top.filter((one) => one.local === "abstractNum").map((one) => [one.attribute("abstractNumId") ?? "", one]),
  );
  const nums = new Map(top.filter((one) => one.local === "num").map((one) => [one.attribute("numId") ?? "", one]));
  const abstractOf = (id: string) => childOf(nums.get(id), "abstractNumId")?.attribute("val") ?? "";
  const lists = new Map<string, List>();
  const cached = new Map<string, Map<number, Level>>();
  for (const [id, num] of nums) {
    let abstract = abstractOf(id);
    const link = downTo(abstracts.get(abstract), "numStyleLink")?.attribute("val");
    if (link !== undefined) abstract = abstractOf(listOfStyle(link) ?? "") || abstract;
    const definition = abstracts.get(abstract);
    const levels = new Map(cached.get(abstract) ?? (definition ? levelsOf(definition) : []));
    if (!cached.has(abstract)) cached.set(abstract, new Map(levels));
    const starts = new Map<number, number>();
    for (const override of elements(num).filter(({ local }) => local === "lvlOverride")) {
      const at = number(override.attribute("ilvl"), 0);
      const start = childOf(override, "startOverride")?.attribute("val");
      if (start !== undefined) starts.set(at, number(start, 1));
      const level = childOf(override, "lvl");
      if (level) levels.set(at, levelOf(level));
    }
    lists.set(id, { abstract, levels, starts });
  }
  return lists;
}
