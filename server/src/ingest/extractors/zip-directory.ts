/**
 * The directory of a ZIP, read by itself: the libraries tried give up on bytes after the end or before the beginning, on strong encryption, on a
 * comment of the wrong length and on a cut end, and what is in it is to be read all the same.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { AppError } from "../../errors.ts";
import type { Source } from "../source.ts";

export type ZipRecord = {
  rawName: Buffer;
  rawComment: Buffer;
  /** Of the Info-ZIP extra field; null: none, or it is of another name. */
  unicodeName: Buffer | null;
  flags: number;
  method: number;
  /** Of the system it was made on: 0 is DOS, 3 Unix, 10 NTFS. */
  host: number;
  /** Of Unix, with the kind of file in it; 0: not told. */
  mode: number;
  crc: number;
  size: number;
  compressedSize: number;
  /** Where its local header begins. */
  offset: number;
  modified: string | null;
};

export type ZipDirectory = {
  records: ZipRecord[];
  /** As it says itself; may be more than there are records. */
  count: number;
  rawComment: Buffer;
  /** False: it has no directory, and these are the entries found on the way through. */
  whole: boolean;
};

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** A directory of 100 000 entries with long names has 30 MB. */
const MOST_BYTES = 128 * 1024 * 1024;

/** At most `most` records. Throws `file.unreadable` when there is neither a directory nor an entry. */
export async function readDirectory(source: Source, most: number): Promise<ZipDirectory> {
  const tail = Buffer.from(await source.slice(Math.max(0, source.size - 66_000), 66_000));
  const tailAt = Math.max(0, source.size - 66_000);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END) continue;
    const found = await directoryAt(source, tail, at, tailAt, most);
    if (found) return found;
  }
  const records = await salvaged(source, most);
  if (records.length === 0) throw new AppError("file.unreadable", "It has no directory of its entries");
  return { records, count: records.length, rawComment: Buffer.alloc(0), whole: false };
}

type End = { count: number; size: number; offset: number };

async function directoryAt(source: Source, tail: Buffer, at: number, tailAt: number, most: number) {
  let end: End = {
    count: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  let endAt = tailAt + at;
  if (at >= 20 && tail.readUInt32LE(at - 20) === LOCATOR_64) {
    const at64 = Number(tail.readBigUInt64LE(at - 12));
    const record = await recordOf64(source, [at64, tailAt + at - 20 - 56]);
    if (record) [end, endAt] = [record.end, record.at];
  }
  // What stands before the archive, a program that unpacks it, moves every offset.
  const shift = Math.max(0, endAt - end.size - end.offset);
  const length = Math.min(end.size, MOST_BYTES, source.size);
  for (const moved of shift > 0 ? [shift, 0] : [0]) {
    const bytes = Buffer.from(await source.slice(end.offset + moved, length));
    const records = recordsIn(bytes, moved, most);
    if (records.length > 0 || end.count === 0) {
      const commentLength = tail.readUInt16LE(at + 20);
      const rawComment = tail.subarray(at + 22, at + 22 + commentLength);
      return { records, count: Math.max(end.count, records.length), rawComment, whole: true };
    }
  }
  return null;
}

async function recordOf64(source: Source, places: number[]): Promise<{ end: End; at: number } | null> {
  for (const at of places) {
    if (!Number.isSafeInteger(at) || at < 0 || at + 56 > source.size) continue;
    const bytes = Buffer.from(await source.slice(at, 56));
    if (bytes.length < 56 || bytes.readUInt32LE(0) !== END_64) continue;
    const [count, size, offset] = [32, 40, 48].map((field) => Number(bytes.readBigUInt64LE(field)));
    return { at, end: { count: count ?? 0, size: size ?? 0, offset: offset ?? 0 } };
  }
  return null;
}

/** Ends before what is no record. */
function recordsIn(bytes: Buffer, shift: number, most: number): ZipRecord[] {
  const records: ZipRecord[] = [];
  let at = 0;
  while (at + 46 <= bytes.length && bytes.readUInt32LE(at) === CENTRAL && records.length < most) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const nameEnd = at + 46 + (nameLength ?? 0);
    const extraEnd = nameEnd + (extraLength ?? 0);
    const end = extraEnd + (commentLength ?? 0);
    if (end > bytes.length) break;
    const rawName = bytes.subarray(at + 46, nameEnd);
    const record: ZipRecord = {
      rawName,
      rawComment: bytes.subarray(extraEnd, end),
      unicodeName: null,
      host: bytes.readUInt8(at + 5),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      modified: dosTime(bytes.readUInt16LE(at + 14), bytes.readUInt16LE(at + 12)),
      crc: bytes.readUInt32LE(at + 16),
      compressedSize: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      mode: bytes.readUInt32LE(at + 38) >>> 16,
      offset: bytes.readUInt32LE(at + 42),
    };
    readExtra(bytes.subarray(nameEnd, extraEnd), record);
    record.offset += shift;
    records.push(record);
    at = end;
  }
  return records;
}

function readExtra(extra: Buffer, record: ZipRecord): void {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    const field = extra.subarray(at + 4, at + 4 + length);
    const id = extra.readUInt16LE(at);
    if (id === 0x0001) readSizes64(field, record);
    // The Info-ZIP name: a version, the CRC of the other name, then UTF-8.
    else if (id === 0x7075 && field.length > 5) record.unicodeName = field.subarray(1);
    else if (id === 0x5455 && field.length >= 5 && ((field[0] ?? 0) & 1) === 1)
      record.modified = new Date(field.readInt32LE(1) * 1000).toISOString();
    at += 4 + length;
  }
}

function readSizes64(field: Buffer, record: ZipRecord): void {
  let at = 0;
  for (const key of ["size", "compressedSize", "offset"] as const)
    if (record[key] === 0xffffffff && at + 8 <= field.length) {
      record[key] = Number(field.readBigUInt64LE(at));
      at += 8;
    }
}

/** Of the maker's own zone, which is not told. */
function dosTime(date: number, time: number): string | null {
  if (date === 0) return null;
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${1980 + (date >> 9)}-${two((date >> 5) & 15)}-${two(date & 31)}`;
  const clock = `${two(time >> 11)}:${two((time >> 5) & 63)}:${two((time & 31) * 2)}`;
  return Number.isNaN(Date.parse(`${day}T${clock}Z`)) ? null : `${day}T${clock}`;
}

/** Entries by their local headers, from the beginning: what is left of an archive that was cut off. */
async function salvaged(source: Source, most: number): Promise<ZipRecord[]> {
  const records: ZipRecord[] = [];
  const PIECE = 1024 * 1024;
  for (let at = 0; at < source.size && records.length < most; ) {
    const bytes = Buffer.from(await source.slice(at, PIECE));
    const begin = bytes.indexOf("PK\u0003\u0004", 0, "latin1");
    if (begin < 0 || begin + 30 > bytes.length) {
      if (bytes.length < PIECE) break;
      // A mark that is cut by the end of the piece begins the next one.
      at += begin < 0 ? PIECE - 3 : begin;
      continue;
    }
    const record = localRecord(bytes, begin, at + begin);
    if (!record) {
      at += begin + 4;
      continue;
    }
    records.push(record);
    // The length follows the bytes where bit 3 is set: the next mark is looked for.
    at = record.offset + 30 + record.rawName.length + ((record.flags & 8) === 0 ? record.compressedSize : 0);
  }
  return records;
}

function localRecord(bytes: Buffer, at: number, offset: number): ZipRecord | null {
  const nameLength = bytes.readUInt16LE(at + 26);
  const rawName = bytes.subarray(at + 30, at + 30 + nameLength);
  if (bytes.readUInt32LE(at) !== LOCAL || nameLength === 0 || rawName.length < nameLength) return null;
  return {
    ...{ rawName: Buffer.from(rawName), rawComment: Buffer.alloc(0), unicodeName: null, host: 0, mode: 0, offset },
    flags: bytes.readUInt16LE(at + 6),
    method: bytes.readUInt16LE(at + 8),
    modified: dosTime(bytes.readUInt16LE(at + 12), bytes.readUInt16LE(at + 10)),
    crc: bytes.readUInt32LE(at + 14),
    compressedSize: bytes.readUInt32LE(at + 18),
    size: bytes.readUInt32LE(at + 22),
  };
}
