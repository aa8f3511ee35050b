/** Equations of office documents (OMML, ISO/IEC 29500-1 22.1) as LaTeX, which people and models read alike. */
import { childOf, downTo, elements, textOf } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";

const operators: Readonly<Record<string, string>> = {
  ...{ "∑": "\\sum", "∏": "\\prod", "∐": "\\coprod", "∫": "\\int", "∬": "\\iint", "∭": "\\iiint", "∮": "\\oint" },
  ...{ "⋃": "\\bigcup", "⋂": "\\bigcap", "⋁": "\\bigvee", "⋀": "\\bigwedge" },
};
const accents: Readonly<Record<string, string>> = {
  ...{ "\u0302": "\\hat", "\u0303": "\\tilde", "\u0304": "\\bar", "\u0305": "\\overline", "\u0307": "\\dot" },
  ...{ "\u0308": "\\ddot", "\u20d7": "\\vec", "\u0301": "\\acute", "\u0300": "\\grave", "\u030c": "\\check" },
};

const value = (of: XmlElement | undefined, ...way: string[]): string | undefined =>
  downTo(of, ...way)?.attribute("val");

export function mathText(element: XmlElement): string {
  return elements(element)
    .map((one) => readers[one.local]?.(one) ?? (one.local.endsWith("Pr") ? "" : mathText(one)))
    .join("");
}

const part = (of: XmlElement, local: string): string => {
  const found = childOf(of, local);
  return found ? mathText(found) : "";
};
/** What a power or an index stands at, in braces where it is more than one sign. */
const base = (of: XmlElement): string => {
  const text = part(of, "e");
  return [...text].length > 1 ? `{${text}}` : text;
};
const hidden = (of: XmlElement): boolean => value(of, "naryPr", "subHide") === "1";

const readers: Readonly<Record<string, (of: XmlElement) => string>> = {
  t: textOf,
  br: () => " ",
  f: (of) =>
    value(of, "fPr", "type") === "lin"
      ? `${part(of, "num")}/${part(of, "den")}`
      : `\\frac{${part(of, "num")}}{${part(of, "den")}}`,
  sSup: (of) => `${base(of)}^{${part(of, "sup")}}`,
  sSub: (of) => `${base(of)}_{${part(of, "sub")}}`,
  sSubSup: (of) => `${base(of)}_{${part(of, "sub")}}^{${part(of, "sup")}}`,
  sPre: (of) => `{}_{${part(of, "sub")}}^{${part(of, "sup")}}${part(of, "e")}`,
  rad: (of) => {
    const degree = part(of, "deg");
    return `\\sqrt${degree === "" ? "" : `[${degree}]`}{${part(of, "e")}}`;
  },
  nary: (of) => {
    const sign = value(of, "naryPr", "chr") ?? "∫";
    const [sub, sup] = [part(of, "sub"), part(of, "sup")];
    const limits = `${sub === "" || hidden(of) ? "" : `_{${sub}}`}${sup === "" ? "" : `^{${sup}}`}`;
    return `${operators[sign] ?? sign}${limits}{${part(of, "e")}}`;
  },
  func: (of) => {
    const name = part(of, "fName");
    return `${/^[a-z]+$/i.test(name) ? `\\${name}` : name}(${part(of, "e")})`;
  },
  d: (of) => {
    const [open, close] = [value(of, "dPr", "begChr") ?? "(", value(of, "dPr", "endChr") ?? ")"];
    const parts = elements(of).filter(({ local }) => local === "e");
    return `${open}${parts.map(mathText).join(value(of, "dPr", "sepChr") ?? "|")}${close}`;
  },
  m: (of) => {
    const rows = elements(of).filter(({ local }) => local === "mr");
    const cells = (row: XmlElement) => elements(row).filter(({ local }) => local === "e");
    return `\\begin{matrix}${rows.map((row) => cells(row).map(mathText).join(" & ")).join(" \\\\ ")}\\end{matrix}`;
  },
  eqArr: (of) => {
    const lines = elements(of).filter(({ local }) => local === "e");
    return lines.map(mathText).join(" \\\\ ");
  },
  acc: (of) => `${accents[value(of, "accPr", "chr") ?? "\u0302"] ?? "\\hat"}{${part(of, "e")}}`,
  bar: (of) => `${value(of, "barPr", "pos") === "top" ? "\\overline" : "\\underline"}{${part(of, "e")}}`,
  groupChr: (of) => `${value(of, "groupChrPr", "pos") === "top" ? "\\overbrace" : "\\underbrace"}{${part(of, "e")}}`,
  limLow: (of) => `${part(of, "e")}_{${part(of, "lim")}}`,
  limUpp: (of) => `${part(of, "e")}^{${part(of, "lim")}}`,
};
