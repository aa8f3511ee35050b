/** Who made an old office file, and when: its property sets, [MS-OLEPS]. */
import iconv from "iconv-lite";
import type { Facts } from "./extractor.ts";
import type { Ole } from "./ole.ts";

const summary: Record<number, string> = {
  2: "title",
  3: "subject",
  4: "author",
  5: "keywords",
  6: "description",
  8: "modified_by",
  12: "created_at",
  13: "modified_at",
  14: "pages",
  15: "words",
  18: "application",
};
const more: Record<number, string> = { 2: "category", 7: "slides", 14: "manager", 15: "company" };

export function oleProperties(ole: Ole): Facts {
  return {
    ...readSet(ole.stream("\u0005SummaryInformation"), summary),
    ...readSet(ole.stream("\u0005DocumentSummaryInformation"), more),
  };
}

function readSet(bytes: Buffer | null, names: Record<number, string>): Facts {
  const facts: Record<string, unknown> = {};
  if (!bytes || bytes.length < 48) return facts;
  const start = bytes.readUInt32LE(44);
  if (start + 8 > bytes.length) return facts;
  const count = Math.min(bytes.readUInt32LE(start + 4), 200);
  let codepage = 1252;
  const at = new Map<number, number>();
  for (let i = 0; i < count && start + 16 + i * 8 <= bytes.length; i++)
    at.set(bytes.readUInt32LE(start + 8 + i * 8), start + bytes.readUInt32LE(start + 12 + i * 8));
  const page = at.get(1);
  if (page !== undefined && page + 6 <= bytes.length) codepage = bytes.readUInt16LE(page + 4);
  for (const [id, offset] of at) {
    const name = names[id];
    const value = name ? readValue(bytes, offset, codepage) : null;
    if (name && value !== null && value !== "" && value !== 0) facts[name] = value;
  }
  return facts;
}

function readValue(bytes: Buffer, at: number, codepage: number): string | number | null {
  if (at + 8 > bytes.length) return null;
  const type = bytes.readUInt16LE(at);
  const length = Math.min(bytes.readUInt32LE(at + 4), 4000);
  if (type === 3) return bytes.readInt32LE(at + 4);
  if (type === 30) return decoded(bytes.subarray(at + 8, at + 8 + length), codepage);
  if (type === 31) return untilZero(bytes.toString("utf16le", at + 8, at + 8 + length * 2));
  return type === 64 && at + 12 <= bytes.length ? fileTime(bytes.readBigUInt64LE(at + 4)) : null;
}

const untilZero = (text: string): string => text.replace(/\0[\s\S]*$/, "").trim();

function decoded(bytes: Buffer, codepage: number): string {
  if (codepage === 1200) return untilZero(bytes.toString("utf16le"));
  return untilZero(decodeCodepage(bytes, codepage));
}

/** By the number Windows gives it; what is not known counts as the one of Western Europe. */
export function decodeCodepage(bytes: Uint8Array, codepage: number): string {
  if (codepage === 65001) return Buffer.from(bytes).toString("utf8");
  const name = codepage === 10000 ? "macroman" : codepage === 20127 ? "latin1" : `cp${codepage}`;
  return iconv.decode(Buffer.from(bytes), iconv.encodingExists(name) ? name : "cp1252");
}

/** Tenths of microseconds since 1601; null: none was noted. */
export function fileTime(value: bigint): string | null {
  const time = new Date(Number(value / 10_000n) - 11_644_473_600_000);
  return value === 0n || Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1970 ? null : time.toISOString();
}
