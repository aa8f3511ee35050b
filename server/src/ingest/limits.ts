/** What reading one file may take. It is the same for every file, so that nobody's file keeps another's waiting for long. */
export type Limits = {
  /** Of the whole reading; the child is killed after it. Milliseconds. */
  wallMs: number;
  /** Resident memory of the child; it is killed above it. Bytes. */
  memoryBytes: number;
  /** Of text that is kept. Characters; what comes after is left out, and a warning says so. */
  textLength: number;
  chunks: number;
  /** Of a file that has to be in memory whole. */
  wholeBytes: number;
  /** Of all that is inflated of one file, and of one entry of it. Bytes. */
  inflatedBytes: number;
  entryBytes: number;
  /** Of an archive or an office document. */
  entries: number;
  pages: number;
  /** Of a sheet, empty ones between others too. */
  cells: number;
  /** Of nested elements, lists, archives in archives. */
  depth: number;
  /** Of files inside a file: an attachment of an attachment is two. */
  innerDepth: number;
};

const MB = 1024 * 1024;

export const usualLimits: Limits = {
  wallMs: 120_000,
  memoryBytes: 1_200 * MB,
  textLength: 20_000_000,
  chunks: 20_000,
  wholeBytes: 256 * MB,
  inflatedBytes: 1_024 * MB,
  entryBytes: 512 * MB,
  entries: 100_000,
  pages: 5_000,
  cells: 5_000_000,
  depth: 256,
  innerDepth: 6,
};
