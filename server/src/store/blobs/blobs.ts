/** Where bytes are kept: one file beside this one per kind of place. Keys are made by us: `a-z0-9/._-`. */
import type { Readable } from "node:stream";

export type Blobs = {
  kind: "disk" | "s3";
  /** Keeps the file at `path` as `key` and takes it away from there. Durable when it answers. */
  keep(key: string, path: string): Promise<void>;
  /** `end` is the last byte, included. Throws `file.bytes_lost`. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>;
  /** A path on this machine that has the bytes, until `release`. Throws `file.bytes_lost`. */
  local(key: string, signal: AbortSignal): Promise<{ path: string; release(): Promise<void> }>;
  /** Bytes; undefined: there is none. */
  size(key: string): Promise<number | undefined>;
  /** No fault when there is none. */
  remove(key: string): Promise<void>;
  /** All of them, for whoever looks for those that belong to nobody. */
  list(): AsyncIterable<{ key: string; changedAt: Date }>;
  /** Bytes that are free; null: it is not a disk. */
  free(): Promise<number | null>;
};
