/** OLE2 containers, which old office files and Outlook's messages are: [MS-CFB]. Nothing they say of their sizes is believed. */
import { AppError } from "../../errors.ts";

type OleEntry = {
  /** From the root, parted by slashes. */
  path: string;
  name: string;
  kind: "storage" | "stream";
  size: number;
  start: number;
};

export type Ole = {
  entries: ReadonlyMap<string, OleEntry>;
  /** Null: it has none of that name, large letters or small. Shorter than it says, where its chain of sectors breaks off. */
  stream(path: string): Buffer | null;
  /** What is directly in a storage; "" is the root. */
  children(path: string): OleEntry[];
};

const endOfChain = 0xfffffffe;
const mostEntries = 100_000;

export const isOle = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(0, 8)).toString("hex") === "d0cf11e0a1b11ae1";

/** Throws `file.unreadable`. */
export function openOle(given: Uint8Array): Ole {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (bytes.length < 512 || !isOle(bytes)) throw new AppError("file.unreadable", "It is no OLE container");
  const sectorSize = bytes.readUInt16LE(30) === 12 ? 4096 : 512;
  const sector = (number: number): Buffer => bytes.subarray((number + 1) * sectorSize, (number + 2) * sectorSize);
  const table = readTable(bytes, sector, sectorSize);
  const chain = (start: number, next: readonly number[], most: number): number[] => {
    const found: number[] = [];
    const seen = new Set<number>();
    for (let at = start; at < endOfChain && found.length < most && !seen.has(at); at = next[at] ?? endOfChain) {
      seen.add(at);
      found.push(at);
    }
    return found;
  };
  const joined = (start: number, size: number): Buffer => {
    const most = Math.ceil(Math.min(size, bytes.length) / sectorSize);
    return Buffer.concat(chain(start, table, most).map(sector)).subarray(0, size);
  };
  const directory = joined(bytes.readUInt32LE(48), bytes.length);
  const entries = readDirectory(directory);
  const byName = new Map([...entries].map(([path, entry]) => [path.toLowerCase(), entry]));
  const root = entries.get("");
  const miniStream = root ? joined(root.start, root.size) : Buffer.alloc(0);
  const miniTable = words(joined(bytes.readUInt32LE(60), bytes.length));
  const miniLimit = bytes.readUInt32LE(56) || 4096;
  return {
    entries,
    stream(path) {
      const entry = entries.get(path) ?? byName.get(path.toLowerCase());
      if (entry?.kind !== "stream") return null;
      if (entry.size >= miniLimit) return joined(entry.start, entry.size);
      const parts = chain(entry.start, miniTable, Math.ceil(entry.size / 64));
      return Buffer.concat(parts.map((number) => miniStream.subarray(number * 64, number * 64 + 64))).subarray(
        0,
        entry.size,
      );
    },
    children: (path) =>
      [...entries.values()].filter(
        (entry) => entry.path !== "" && entry.path === (path === "" ? entry.name : `${path}/${entry.name}`),
      ),
  };
}

const words = (bytes: Buffer): number[] =>
  Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readUInt32LE(i * 4));

/** Which sector follows which. Its own sectors stand in the header, and from the 110th on in a list of sectors. */
function readTable(bytes: Buffer, sector: (number: number) => Buffer, sectorSize: number): number[] {
  const own = words(bytes.subarray(76, 512));
  let more = bytes.readUInt32LE(68);
  for (let i = 0; more < endOfChain && i < bytes.length / sectorSize; i++) {
    const list = words(sector(more));
    if (list.length < sectorSize / 4) break;
    own.push(...list.slice(0, -1));
    more = list.at(-1) ?? endOfChain;
  }
  const most = bytes.length / sectorSize;
  return own
    .filter((number) => number < most)
    .slice(0, Math.ceil(most))
    .flatMap((number) => words(sector(number)));
}

type Raw = { name: string; type: number; left: number; right: number; child: number; start: number; size: number };

/** The names of a storage are a tree of their own; names of two may be the same, the first counts. */
function readDirectory(directory: Buffer): Map<string, OleEntry> {
  const raw: Raw[] = [];
  for (let at = 0; at + 128 <= directory.length && raw.length < mostEntries; at += 128)
    raw.push({
      name: directory.toString("utf16le", at, at + Math.max(0, Math.min(64, directory.readUInt16LE(at + 64)) - 2)),
      type: directory[at + 66] ?? 0,
      left: directory.readUInt32LE(at + 68),
      right: directory.readUInt32LE(at + 72),
      child: directory.readUInt32LE(at + 76),
      start: directory.readUInt32LE(at + 116),
      size: directory.readUInt32LE(at + 120),
    });
  const entries = new Map<string, OleEntry>();
  const root = raw[0];
  if (!root) return entries;
  entries.set("", { path: "", name: "", kind: "storage", size: root.size, start: root.start });
  const seen = new Set<number>([0]);
  const waiting: { at: number; folder: string }[] = [{ at: root.child, folder: "" }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const entry = raw[next.at];
    if (!entry || seen.has(next.at)) continue;
    seen.add(next.at);
    const path = next.folder === "" ? entry.name : `${next.folder}/${entry.name}`;
    const kind = entry.type === 2 ? "stream" : "storage";
    if (entry.type > 0 && !entries.has(path))
      entries.set(path, { path, name: entry.name, kind, size: entry.size, start: entry.start });
    waiting.push({ at: entry.right, folder: next.folder }, { at: entry.left, folder: next.folder });
    if (kind === "storage") waiting.push({ at: entry.child, folder: path });
  }
  return entries;
}
