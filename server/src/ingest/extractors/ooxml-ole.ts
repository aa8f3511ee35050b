/**
 * Files as Windows embeds them in documents: an OLE compound file with a stream `Package` (an office document), `CONTENTS`, or
 * `\x01Ole10Native` (any file with its name). [MS-CFB], [MS-OLEDS] 2.3.6
 */

type Unwrapped = { name: string; bytes: Uint8Array };

const SIGNATURE = "d0cf11e0a1b11ae1";
const [FREE, MINI_LIMIT, DIRECTORY_ENTRY] = [0xfffffffa, 4096, 128] as const;
/** Sectors of one stream; a chain that is longer turns in circles. */
const LONGEST = 1_000_000;

/** Null: it is no such wrapper, or one in which is nothing that we know. */
export function unwrapOle(bytes: Uint8Array): Unwrapped | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (file.length < 512 || file.toString("hex", 0, 8) !== SIGNATURE) return null;
  try {
    const streams = streamsOf(file);
    const whole = streams.get("Package") ?? streams.get("CONTENTS");
    if (whole) return { name: whole.toString("latin1", 0, 2) === "PK" ? "package.zip" : "contents", bytes: whole };
    const native = streams.get("\u0001Ole10Native");
    return native ? nativeOf(native) : null;
  } catch {
    return null;
  }
}

/** Its length, 2 bytes, label, path, 8 bytes, path again with its length before it, then the file's length and bytes. */
function nativeOf(stream: Buffer): Unwrapped | null {
  let at = 6;
  const zero = () => {
    const end = stream.indexOf(0, at);
    const text = stream.toString("latin1", at, end);
    at = end + 1;
    return text;
  };
  const label = zero();
  zero();
  at += 4;
  at += 4 + stream.readUInt32LE(at);
  const length = stream.readUInt32LE(at);
  if (length > stream.length - at - 4) return null;
  const name = label.split(/[\\/]/).at(-1);
  return { name: name || "embedded", bytes: stream.subarray(at + 4, at + 4 + length) };
}

function streamsOf(file: Buffer): Map<string, Buffer> {
  const size = 1 << file.readUInt16LE(30);
  const sector = (index: number) => file.subarray((index + 1) * size, (index + 2) * size);
  const table = allocation(file, sector, size);
  const chained = (first: number, next: (index: number) => number, piece: (index: number) => Buffer): Buffer => {
    const pieces: Buffer[] = [];
    for (let index = first; index < FREE && pieces.length < LONGEST; index = next(index)) pieces.push(piece(index));
    return pieces.length < LONGEST ? Buffer.concat(pieces) : Buffer.alloc(0);
  };
  const next = (index: number) => table[index] ?? FREE;
  const directory = chained(file.readUInt32LE(48), next, sector);
  const miniTable = chained(file.readUInt32LE(60), next, sector);
  const streams = new Map<string, Buffer>();
  let mini: Buffer = Buffer.alloc(0);
  for (let at = 0; at + DIRECTORY_ENTRY <= directory.length; at += DIRECTORY_ENTRY) {
    const entry = directory.subarray(at, at + DIRECTORY_ENTRY);
    const name = entry.toString("utf16le", 0, Math.max(0, Math.min(64, entry.readUInt16LE(64)) - 2));
    const [kind, first, length] = [entry[66], entry.readUInt32LE(116), entry.readUInt32LE(120)];
    if (kind === 5) mini = chained(first, next, sector);
    else if (kind === 2 && length < MINI_LIMIT && (name === "Package" || name === "CONTENTS" || name === NATIVE)) {
      const follow = (index: number) => (index * 4 + 4 <= miniTable.length ? miniTable.readUInt32LE(index * 4) : FREE);
      streams.set(name, chained(first, follow, (i) => mini.subarray(i * 64, i * 64 + 64)).subarray(0, length));
    } else if (kind === 2 && (name === "Package" || name === "CONTENTS" || name === NATIVE))
      streams.set(name, chained(first, next, sector).subarray(0, length));
  }
  return streams;
}

const NATIVE = "\u0001Ole10Native";

/** Which sector follows which. Its own sectors are listed in the header, and in a chain of further lists. */
function allocation(file: Buffer, sector: (index: number) => Buffer, size: number): Uint32Array {
  const lists: number[] = [];
  for (let at = 76; at < 512; at += 4) lists.push(file.readUInt32LE(at));
  let further = file.readUInt32LE(68);
  for (let rounds = 0; further < FREE && rounds < 1000; rounds++) {
    const list = sector(further);
    for (let at = 0; at + 4 < size; at += 4) lists.push(list.readUInt32LE(at));
    further = list.readUInt32LE(size - 4);
  }
  const bytes = Buffer.concat(lists.filter((index) => index < FREE).map(sector));
  return Uint32Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readUInt32LE(index * 4));
}
