/** What the entities of published vocabularies stand for: HTML's, and the Greek letters of ISO 8879, as in patents and articles. */
import { Parser } from "htmlparser2";

/** In the order of the alphabet, a final sigma after the sigma: https://www.w3.org/2003/entities/2007/isogrk1.ent */
const greek =
  "agr bgr ggr dgr egr zgr eegr thgr igr kgr lgr mgr ngr xgr ogr pgr rgr sfgr sgr tgr ugr phgr khgr psgr ohgr";
const MOST_ASKED = 5000;
const known = new Map<string, string | undefined>([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);
for (const [at, name] of greek.split(" ").entries()) {
  known.set(name, String.fromCharCode(0x3b1 + at));
  // `thgr` is small, `THgr` is not.
  known.set(
    name.replace(/^(.*)gr$/, (_, letters: string) => `${letters.toUpperCase()}gr`),
    String.fromCharCode(0x391 + at),
  );
}

/** Undefined: of none of them. */
export function entityOf(name: string): string | undefined {
  // There are some two thousand: who asks for more makes them up.
  if (known.has(name) || known.size >= MOST_ASKED) return known.get(name);
  let text = "";
  const parser = new Parser({ ontext: (piece) => (text += piece) }, { decodeEntities: true });
  parser.end(`&${name};`);
  const meant = text === `&${name};` || text.includes(";") ? undefined : text;
  known.set(name, meant);
  return meant;
}
