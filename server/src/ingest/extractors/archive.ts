/**
 * What archives have in common: a line for each entry, so that a search for a name finds it; what is wrong with it; and the documents
 * inside, which are read where they are few enough.
 */
import { extensionOf, nameFaults } from "./archive-names.ts";
import type { Facts, Findings } from "./extractor.ts";

export type ArchiveEntry = {
  /** As told, with `/` between folders. */
  path: string;
  kind: "file" | "folder" | "link" | "other";
  /** Bytes; null: not told. */
  size: number | null;
  compressedSize: number | null;
  /** ISO 8601, with a zone only where it is known. */
  modified: string | null;
  encrypted: boolean;
  /** Of a link. */
  target?: string | null;
  comment?: string;
};

/** Worst first. */
const verdicts = [
  "bomb",
  "unsafe_path",
  "disguised_name",
  "link",
  "encrypted",
  "duplicate",
  "executable",
  "nested",
  "ok",
] as const;
type Verdict = (typeof verdicts)[number];

const MB = 1024 * 1024;
/** Of what an entry unpacks to beside its own bytes; deflate does 1032 at most, text seldom more than 20. */
const BOMB_RATIO = 200;
const BOMB_BYTES = 64 * MB;
/** Entries on the sheet; all of them are in the text. */
const MOST_ON_SHEET = 500;
/** Documents inside are read when they have no more than this together, and for no longer. */
const READ_BYTES = 32 * MB;
const READ_DOCUMENTS = 1000;
const READ_MS = 30_000;

const executables = new Set(
  "exe dll scr com bat cmd ps1 vbs vbe jse wsf hta msi msp jar cpl lnk reg pif app apk deb rpm dmg".split(" "),
);
const archives = new Set("zip 7z rar tar gz tgz bz2 tbz2 xz txz zst cab iso lzh arj".split(" "));
const withoutText = new Set(
  "jpg jpeg png gif webp tif tiff bmp heic avif ico mp3 wav flac ogg m4a aac mp4 mov avi mkv webm ttf otf woff woff2 class o so pyc bin"
    .split(" ")
    .concat([...executables]),
);

export type Listing = {
  /** To be told of each entry once. False: as many as are listed have been, and this one was only counted. */
  add(entry: ArchiveEntry): Promise<boolean>;
  /** Whether this entry is a document that would be read. */
  wants(entry: ArchiveEntry): boolean;
  /** It will be read at the end; `size` bytes, which is believed for the sum only. */
  keep(path: string, size: number, read: () => Promise<Uint8Array>): void;
  /** Whether a document of so many bytes would be read beside those kept; where not, none is, and nothing has to be kept any more. */
  fits(size: number): boolean;
  /** Tells the totals, then reads the documents. `archiveSize` in bytes. */
  end(archiveSize: number, facts?: Facts): Promise<void>;
};

type Totals = {
  entries: number;
  files: number;
  folders: number;
  size: number;
  compressed: number;
  depth: number;
  types: Record<string, number>;
  verdicts: Partial<Record<Verdict, number>>;
  examples: Partial<Record<Verdict, string>>;
  nested: string[];
  sheet: object[];
};

type Kept = { path: string; read: () => Promise<Uint8Array> };

export function openListing(findings: Findings): Listing {
  const totals: Totals = {
    ...{ entries: 0, files: 0, folders: 0, size: 0, compressed: 0, depth: 0 },
    ...{ types: {}, verdicts: {}, examples: {}, nested: [], sheet: [] },
  };
  const seen = new Set<string>();
  const kept: Kept[] = [];
  let keptBytes = 0;
  let tooMany = false;
  return {
    async add(entry) {
      totals.entries++;
      if (totals.entries > findings.limits.entries) return false;
      const verdict = verdictOf(entry, seen, findings);
      seen.add(entry.path.normalize("NFC"));
      count(totals, entry, verdict);
      findings.block({ kind: "list_item", text: lineOf(entry, verdict), place: { part: "listing" } });
      if (totals.entries % 200 === 0) await findings.pause();
      return true;
    },
    wants: (entry) =>
      entry.kind === "file" &&
      !entry.encrypted &&
      entry.size !== 0 &&
      !isBomb(entry, findings) &&
      !withoutText.has(extensionOf(entry.path)),
    keep(path, size, read) {
      keptBytes += size;
      tooMany ||= keptBytes > READ_BYTES || kept.length >= READ_DOCUMENTS;
      if (tooMany) kept.length = 0;
      else kept.push({ path, read });
    },
    fits: (size) => !tooMany && keptBytes + size <= READ_BYTES && kept.length < READ_DOCUMENTS,
    async end(archiveSize, facts = {}) {
      findings.facts({ ...factsOf(totals, archiveSize), ...facts });
      warnOf(totals, archiveSize, findings);
      if (tooMany)
        findings.warn(
          "listed_only",
          `The documents inside are listed, not read: more than ${READ_BYTES / MB} MB or ${READ_DOCUMENTS} of them`,
        );
      await readKept(kept, findings);
    },
  };
}

const ratioOf = (size: number, compressed: number): number => size / Math.max(1, compressed);

const isBomb = ({ size, compressedSize }: ArchiveEntry, { limits }: Findings): boolean =>
  size !== null &&
  (size > limits.inflatedBytes ||
    (compressedSize !== null && size > BOMB_BYTES && ratioOf(size, compressedSize) > BOMB_RATIO));

function verdictOf(entry: ArchiveEntry, seen: ReadonlySet<string>, findings: Findings): Verdict {
  const faults = nameFaults(entry.path);
  if (isBomb(entry, findings)) return "bomb";
  if (faults.unsafe || (entry.target && nameFaults(entry.target).unsafe)) return "unsafe_path";
  if (faults.disguised) return "disguised_name";
  if (entry.kind === "link") return "link";
  if (entry.encrypted) return "encrypted";
  if (seen.has(entry.path.normalize("NFC"))) return "duplicate";
  const extension = extensionOf(entry.path);
  if (entry.kind === "file" && executables.has(extension)) return "executable";
  return entry.kind === "file" && archives.has(extension) ? "nested" : "ok";
}

function count(totals: Totals, entry: ArchiveEntry, verdict: Verdict): void {
  const { path, kind, size, compressedSize, modified, encrypted, target, comment } = entry;
  if (kind === "folder") totals.folders++;
  else totals.files++;
  totals.size += size ?? 0;
  totals.compressed += compressedSize ?? 0;
  totals.depth = Math.max(totals.depth, path.split("/").filter((part) => part !== "" && part !== ".").length);
  if (kind === "file") {
    const type = extensionOf(path) || "(none)";
    if (type in totals.types || Object.keys(totals.types).length < 100)
      totals.types[type] = (totals.types[type] ?? 0) + 1;
  }
  totals.verdicts[verdict] = (totals.verdicts[verdict] ?? 0) + 1;
  totals.examples[verdict] ??= path.slice(0, 200);
  if (archives.has(extensionOf(path)) && totals.nested.length < 100) totals.nested.push(path.slice(0, 500));
  if (totals.sheet.length < MOST_ON_SHEET)
    totals.sheet.push({
      ...{ name: path.slice(0, 500), kind, size, compressed_size: compressedSize, modified_at: modified },
      ...{ encrypted, verdict },
      ...(target && { target: target.slice(0, 500) }),
      ...(comment && { comment: comment.slice(0, 500) }),
    });
}

function lineOf({ path, size, modified, target, comment }: ArchiveEntry, verdict: Verdict): string {
  const told = [
    size === null ? null : sizeInWords(size),
    modified?.slice(0, 10),
    target ? `-> ${target.slice(0, 500)}` : null,
    verdict === "ok" || verdict === "link" ? null : verdict.replace("_", " "),
  ].filter((part) => part !== null && part !== undefined && part !== "");
  return `${path.slice(0, 2000)}${told.length > 0 ? ` (${told.join(", ")})` : ""}${comment ? `: ${comment.slice(0, 2000)}` : ""}`;
}

function sizeInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ["kB", "MB", "GB", "TB", "PB", "EB"];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${Math.round(bytes / 1000 ** power / 0.1) / 10} ${units[power - 1]}`;
}

const overlaps = (totals: Totals, archiveSize: number): boolean => totals.compressed > archiveSize;

const factsOf = (totals: Totals, archiveSize: number): Facts => ({
  entries: totals.sheet,
  entry_count: totals.entries,
  files: totals.files,
  folders: totals.folders,
  total_size: totals.size,
  ...(totals.compressed > 0 && {
    compressed_size: totals.compressed,
    ratio: Math.round(ratioOf(totals.size, totals.compressed) * 100) / 100,
  }),
  depth: totals.depth,
  types: totals.types,
  nested: totals.nested,
  verdicts: totals.verdicts,
  verdict: (overlaps(totals, archiveSize) && "bomb") || (verdicts.find((each) => totals.verdicts[each]) ?? "ok"),
});

const sentences: Partial<Record<Verdict, (count: number) => string>> = {
  bomb: (count) => `${count} would unpack to far more than they hold`,
  unsafe_path: (count) => `${count} would be written outside the folder the archive is unpacked to`,
  disguised_name: (count) => `${count} have names that read otherwise than they are`,
  link: (count) => `${count} are links`,
  encrypted: (count) => `${count} are protected by a password, and cannot be read`,
  executable: (count) => `${count} are programs`,
};

function warnOf(totals: Totals, archiveSize: number, findings: Findings): void {
  for (const verdict of verdicts) {
    const found = totals.verdicts[verdict];
    const sentence = sentences[verdict];
    if (found && sentence)
      findings.warn(
        `archive_${verdict}`,
        `Of ${totals.entries} entries ${sentence(found)}: ${totals.examples[verdict] ?? ""}${found > 1 ? " …" : ""}`,
      );
  }
  if (overlaps(totals, archiveSize))
    findings.warn("archive_bomb", "Its entries share the same bytes, to unpack to far more than it holds");
  if (totals.entries > findings.limits.entries)
    findings.warn("entries_limited", `Of ${totals.entries} entries the first ${findings.limits.entries} are listed`);
}

async function readKept(kept: readonly Kept[], findings: Findings): Promise<void> {
  const until = performance.now() + READ_MS;
  let [broken, firstBroken] = [0, ""];
  for (const [index, { path, read }] of kept.entries()) {
    findings.progress(index, kept.length);
    if (performance.now() > until) {
      findings.warn(
        "listed_only",
        `${kept.length - index} of ${kept.length} documents inside were not read: no time left`,
      );
      break;
    }
    const bytes = await read().catch((error: Error) => {
      broken++;
      firstBroken ||= `${path.slice(0, 200)} cannot be read: ${error.message.slice(0, 200)}`;
      return null;
    });
    const name = path.split("/").at(-1) ?? path;
    if (bytes !== null && bytes.length > 0) await findings.inner(name, bytes, path);
    await findings.pause();
  }
  const others = broken > 1 ? `; of all ${kept.length} inside ${broken} cannot` : "";
  if (broken > 0) findings.warn("part_unreadable", firstBroken + others);
}
