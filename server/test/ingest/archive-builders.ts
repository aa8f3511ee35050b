/** Small archives, right and wrong, byte by byte. */
import { crc32, deflateRawSync } from "node:zlib";

export type ZipEntry = {
  name: string | Buffer;
  data?: Buffer | string;
  /** General purpose bits: 0x1 encrypted, 0x8 sizes follow, 0x800 UTF-8. */
  flags?: number;
  stored?: boolean;
  /** What the directory says instead of the truth. */
  size?: number;
  extra?: Buffer;
  comment?: string;
  /** Unix, with the kind of file in it. */
  mode?: number;
};

export type ZipOptions = { comment?: string; before?: Buffer; after?: Buffer; withoutDirectory?: boolean };

export function zipOf(entries: readonly ZipEntry[], options: ZipOptions = {}): Buffer {
  const locals: Buffer[] = [];
  const records: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, record } = zipEntry(entry, offset);
    locals.push(local);
    records.push(record);
    offset += local.length;
  }
  const { comment = "", before = Buffer.alloc(0), after = Buffer.alloc(0) } = options;
  if (options.withoutDirectory) return Buffer.concat(locals);
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  return Buffer.concat([before, ...locals, directory, end, Buffer.from(comment), after]);
}

function zipEntry(entry: ZipEntry, offset: number): { local: Buffer; record: Buffer } {
  const { name, data = "", flags = 0, stored = false, size, comment = "", mode = 0 } = entry;
  const extra = entry.extra ?? Buffer.alloc(0);
  const raw = Buffer.from(data);
  const packed = stored ? raw : deflateRawSync(raw);
  const told = Buffer.alloc(26);
  told.writeUInt16LE(20, 0);
  told.writeUInt16LE(flags, 2);
  told.writeUInt16LE(stored ? 0 : 8, 4);
  // 2024-02-29 12:30:00
  told.writeUInt16LE((12 << 11) | (30 << 5), 6);
  told.writeUInt16LE((44 << 9) | (2 << 5) | 29, 8);
  told.writeUInt32LE(crc32(raw), 10);
  told.writeUInt32LE(packed.length, 14);
  told.writeUInt32LE(size ?? raw.length, 18);
  told.writeUInt16LE(Buffer.from(name).length, 22);
  told.writeUInt16LE(extra.length, 24);
  const ending = Buffer.alloc(14);
  ending.writeUInt16LE(Buffer.byteLength(comment), 0);
  ending.writeUInt32LE((mode << 16) >>> 0, 6);
  ending.writeUInt32LE(offset, 10);
  const names = [Buffer.from(name), extra];
  return {
    local: Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), told, ...names, packed]),
    record: Buffer.concat([
      ...[Buffer.from("PK\u0001\u0002\u0014\u0003", "latin1"), told, ending, ...names, Buffer.from(comment)],
    ]),
  };
}

/** An Info-ZIP field with the name in UTF-8. */
export function unicodeExtra(rawName: Buffer, name: string): Buffer {
  const field = Buffer.alloc(9);
  field.writeUInt16LE(0x7075, 0);
  field.writeUInt16LE(5 + Buffer.byteLength(name), 2);
  field.writeUInt8(1, 4);
  field.writeUInt32LE(crc32(rawName), 5);
  return Buffer.concat([field, Buffer.from(name)]);
}

/** https://py7zr.readthedocs.io/en/latest/archive_format.html: one file, only copied. */
export function sevenOf(name: string, data: Buffer): Buffer {
  const number = (value: number): number[] => (value < 0x80 ? [value] : [0x80 | (value >> 8), value & 0xff]);
  const digest = Buffer.alloc(4);
  digest.writeUInt32LE(crc32(data));
  const names = Buffer.from(`${name}\0`, "utf16le");
  const header = Buffer.concat([
    Buffer.from([0x01, 0x04, 0x06, 0x00, 0x01, 0x09, ...number(data.length), 0x00]),
    Buffer.from([0x07, 0x0b, 0x01, 0x00, 0x01, 0x01, 0x00, 0x0c, ...number(data.length), 0x0a, 0x01]),
    ...[digest, Buffer.from([0x00, 0x08, 0x00, 0x00, 0x05, 0x01, 0x11, ...number(names.length + 1), 0x00]), names],
    Buffer.from([0x00, 0x00]),
  ]);
  const start = Buffer.alloc(20);
  start.writeUInt32LE(data.length, 0);
  start.writeUInt32LE(header.length, 8);
  start.writeUInt32LE(crc32(header), 16);
  const begin = Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4, 0, 0, 0, 0]);
  begin.writeUInt32LE(crc32(start), 8);
  return Buffer.concat([begin, start, data, header]);
}

/** RAR 4, one file, only copied. */
export function rarOf(name: string, data: Buffer): Buffer {
  const block = (type: number, flags: number, fields: Buffer): Buffer => {
    const head = Buffer.alloc(7);
    head.writeUInt8(type, 2);
    head.writeUInt16LE(flags, 3);
    head.writeUInt16LE(7 + fields.length, 5);
    const whole = Buffer.concat([head, fields]);
    whole.writeUInt16LE(crc32(whole.subarray(2)) & 0xffff, 0);
    return whole;
  };
  const fields = Buffer.alloc(25);
  fields.writeUInt32LE(data.length, 0);
  fields.writeUInt32LE(data.length, 4);
  fields.writeUInt8(3, 8);
  fields.writeUInt32LE(crc32(data), 9);
  fields.writeUInt32LE((((44 << 9) | (2 << 5) | 29) << 16) >>> 0, 13);
  fields.writeUInt8(20, 17);
  fields.writeUInt8(0x30, 18);
  fields.writeUInt16LE(Buffer.byteLength(name), 19);
  fields.writeUInt32LE(0o100644, 21);
  const mark = Buffer.from("Rar!\u001a\u0007\u0000", "latin1");
  const file = block(0x74, 0x8000, Buffer.concat([fields, Buffer.from(name)]));
  return Buffer.concat([mark, block(0x73, 0, Buffer.alloc(6)), file, data, block(0x7b, 0x4000, Buffer.alloc(0))]);
}
