/** ZIP files read entry by entry, without ever believing what they say of their sizes. */
import { PassThrough, type Readable } from "node:stream";
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from "yauzl";
import { AppError } from "../errors.ts";
import type { Limits } from "./limits.ts";
import type { Source } from "./source.ts";

export type Zip = {
  /** In the order of the directory, without folders; the first of several with one name. */
  entries: ReadonlyMap<string, Entry>;
  /** All bytes of an entry. Throws `file.beyond_limits`, `file.encrypted`, and whatever is wrong with its bytes. */
  bytes(name: string): Promise<Uint8Array>;
  /** The same, piece by piece. */
  stream(name: string): AsyncIterable<Uint8Array>;
  close(): void;
};

/** Throws when it is no ZIP, or its directory cannot be read. Limits count over everything that is read of it. */
export async function openZip(source: Source, limits: Limits): Promise<Zip> {
  const file = await opened(source);
  const entries = await listed(file, limits);
  let inflated = 0;
  const count = (name: string, length: number, ofEntry: number) => {
    inflated += length;
    if (inflated > limits.inflatedBytes || ofEntry > limits.entryBytes)
      throw new AppError("file.beyond_limits", `It unpacks to more than is allowed, at ${name}`);
  };
  async function* stream(name: string): AsyncGenerator<Uint8Array> {
    const entry = entries.get(name);
    if (!entry) throw new AppError("file.unreadable", `It has no part ${name}`);
    if (entry.isEncrypted()) throw new AppError("file.encrypted", "It is protected by a password");
    if (entry.uncompressedSize > limits.entryBytes) count(name, 0, entry.uncompressedSize);
    let size = 0;
    for await (const piece of await readStream(file, entry)) {
      size += piece.length;
      count(name, piece.length, size);
      yield piece;
    }
  }
  return {
    entries,
    stream,
    async bytes(name) {
      const pieces: Uint8Array[] = [];
      for await (const piece of stream(name)) pieces.push(piece);
      return Buffer.concat(pieces);
    },
    close: () => file.close(),
  };
}

class SourceReader extends RandomAccessReader {
  readonly #source: Source;
  constructor(source: Source) {
    super();
    this.#source = source;
  }
  override _readStreamForRange(start: number, end: number): Readable {
    const out = new PassThrough();
    this.#pour(start, end, out).catch((error: Error) => out.destroy(error));
    return out;
  }
  async #pour(start: number, end: number, out: PassThrough): Promise<void> {
    const PIECE = 1024 * 1024;
    for (let at = start; at < end && !out.destroyed; at += PIECE) {
      const piece = await this.#source.slice(at, Math.min(PIECE, end - at));
      if (!out.write(piece)) await new Promise((resolve) => out.once("drain", resolve).once("close", resolve));
    }
    out.end();
  }
}

const opened = (source: Source): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: false };
    fromRandomAccessReader(new SourceReader(source), source.size, options, (error, file) =>
      error || !file ? reject(error ?? new Error("no ZIP")) : resolve(file),
    );
  });

const listed = (file: ZipFile, limits: Limits): Promise<Map<string, Entry>> =>
  new Promise((resolve, reject) => {
    const entries = new Map<string, Entry>();
    if (file.entryCount > limits.entries)
      return reject(
        new AppError("file.beyond_limits", `It has ${file.entryCount} entries, more than ${limits.entries}`),
      );
    file.on("error", reject);
    file.on("end", () => resolve(entries));
    file.on("entry", (entry: Entry) => {
      if (!entry.fileName.endsWith("/") && !entries.has(entry.fileName)) entries.set(entry.fileName, entry);
      file.readEntry();
    });
    file.readEntry();
  });

const readStream = (file: ZipFile, entry: Entry): Promise<Readable> =>
  new Promise((resolve, reject) => {
    file.openReadStream(entry, (error, stream) =>
      error || !stream ? reject(error ?? new Error("no entry")) : resolve(stream),
    );
  });
