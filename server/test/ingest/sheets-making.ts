/** Packages of XML parts, for tests. */
import { strToU8, zipSync } from "fflate";

export const zipOf = (parts: Record<string, string | Uint8Array>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, typeof part === "string" ? strToU8(part) : part]),
    ),
  );

const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

export const relations = (...targets: [type: string, target: string, mode?: string][]): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${targets
    .map(
      ([type, target, mode], i) =>
        `<Relationship Id="r${i + 1}" Type="${office}/${type}" Target="${target}"${mode ? ` TargetMode="${mode}"` : ""}/>`,
    )
    .join("")}</Relationships>`;

/** `rows`: what is within `sheetData`; `after`: what follows it. More parts may be given, or replaced. */
export function xlsxOf(
  rows: string,
  { after = "", state = "", parts = {} as Record<string, string | Uint8Array> } = {},
): Uint8Array {
  return zipOf({
    "_rels/.rels": relations(["officeDocument", "xl/workbook.xml"]),
    "xl/workbook.xml": `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Ducks" sheetId="1" r:id="r1"${state}/></sheets><definedNames><definedName name="Rate">Ducks!$B$2</definedName></definedNames></workbook>`,
    "xl/_rels/workbook.xml.rels": relations(
      ["worksheet", "worksheets/sheet1.xml"],
      ["sharedStrings", "sharedStrings.xml"],
      ["styles", "styles.xml"],
      ["person", "persons/person.xml"],
    ),
    "xl/sharedStrings.xml": `<sst xmlns="${main}"><si><t>Year</t></si><si><r><t>Fresh</t></r><r><t>water</t></r><rPh sb="0" eb="1"><t>sound</t></rPh></si></sst>`,
    "xl/styles.xml": `<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="170" formatCode="yyyy\\-mm\\-dd"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="10"/></cellXfs></styleSheet>`,
    "xl/worksheets/sheet1.xml": `<worksheet xmlns="${main}" xmlns:r="${office}"><dimension ref="A1:XFD1048576"/><sheetData>${rows}</sheetData>${after}</worksheet>`,
    ...parts,
  });
}
