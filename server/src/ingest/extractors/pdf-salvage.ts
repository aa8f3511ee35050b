/**
 * A PDF without its end: the list of its objects and of its pages stands there, and no reader opens it. Its pages are looked for, and
 * an end that lists them is put behind what is left. ISO 32000-1 7.5
 */
import { constants, inflateSync } from "node:zlib";
import { bytesSource, type Source } from "../source.ts";

const most = { bytes: 64 * 1024 * 1024, inflated: 16 * 1024 * 1024, pages: 5_000, objects: 200_000 };
/** Letters of an object in which its kind is looked for: pages are short, and of streams the beginning tells. */
const HEAD = 4_000;

type Found = {
  pages: string[];
  numbers: Set<number>;
  unpacked: Map<number, string>;
  /** Bytes that may still be looked at, packed and unpacked. */
  budget: number;
  /** Where the next stream ends: the file is gone through once. */
  streamEnd: number;
};

/** Null: no page was found. */
export async function mendedPdf(source: Source): Promise<Source | null> {
  if (source.size > most.bytes) return null;
  const bytes = Buffer.from(await source.bytes(most.bytes));
  const text = bytes.toString("latin1");
  const found: Found = { pages: [], numbers: new Set(), unpacked: new Map(), budget: 4 * most.bytes, streamEnd: 0 };
  for (const match of text.matchAll(/(\d{1,7})[ \t\r\n]{1,4}(\d{1,5})[ \t\r\n]{1,4}obj\b/g)) {
    if (found.numbers.size >= most.objects) break;
    const at = match.index + match[0].length;
    const [head = ""] = text.slice(at, at + HEAD).split("endobj", 1);
    found.numbers.add(Number(match[1]));
    if (isPage(head) && found.pages.length < most.pages) found.pages.push(`${match[1]} ${match[2]} R`);
    if (/\/Type\s*\/ObjStm/.test(head)) unpack(bytes, text, { head, at }, found);
  }
  const unpacked = [...found.unpacked].filter(([number]) => !found.numbers.has(number));
  for (const [number, object] of unpacked)
    if (isPage(object) && found.pages.length < most.pages) found.pages.push(`${number} 0 R`);
  if (found.pages.length === 0) return null;
  const last = [...found.numbers, ...found.unpacked.keys()].reduce((a, b) => Math.max(a, b), 0);
  const end = [
    "\nendstream\nendobj",
    ...unpacked.map(([number, object]) => `${number} 0 obj\n${object}\nendobj`),
    `${last + 1} 0 obj\n<</Type/Catalog/Pages ${last + 2} 0 R>>\nendobj`,
    `${last + 2} 0 obj\n<</Type/Pages/Count ${found.pages.length}/Kids[${found.pages.join(" ")}]>>\nendobj`,
    `trailer\n<</Size ${last + 3}/Root ${last + 1} 0 R>>\nstartxref\n0\n%%EOF\n`,
  ];
  return bytesSource(Buffer.concat([bytes, Buffer.from(end.join("\n"), "latin1")]), source);
}

const isPage = (object: string): boolean => /\/Type\s*\/Page(?![A-Za-z])/.test(object);

/** Objects packed together: their numbers and places first, then they themselves. */
function unpack(bytes: Buffer, text: string, { head, at }: { head: string; at: number }, found: Found): void {
  const begin = /stream\r?\n/.exec(head);
  const first = Number(/\/First\s+(\d{1,9})/.exec(head)?.[1] ?? 0);
  if (!begin || found.budget < 0) return;
  const from = at + begin.index + begin[0].length;
  if (found.streamEnd < from) found.streamEnd = text.indexOf("endstream", from);
  if (found.streamEnd < 0) found.streamEnd = text.length;
  const packed = bytes.subarray(from, found.streamEnd);
  const inflated = /FlateDecode/.test(head) ? inflatedPart(packed) : packed;
  found.budget -= packed.length + inflated.length;
  if (found.budget < 0 || first === 0) return;
  const numbers = inflated.toString("latin1", 0, first).trim().split(/\s+/).map(Number);
  for (let i = 0; i + 1 < numbers.length && found.unpacked.size < most.objects; i += 2) {
    const [number = 0, start = 0, next = inflated.length - first] = [numbers[i], numbers[i + 1], numbers[i + 3]];
    if (number > 0 && number < 10_000_000)
      found.unpacked.set(number, inflated.toString("latin1", first + start, first + next));
  }
}

function inflatedPart(packed: Buffer): Buffer {
  try {
    return inflateSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most.inflated });
  } catch {
    return Buffer.alloc(0);
  }
}
