/** The bytes of a file that is being read, wherever they are. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { AppError } from "../errors.ts";

export type Source = {
  /** As the user calls it, without folders. */
  name: string;
  /** Bytes. */
  size: number;
  /** What it was found to be: a `FileType`. */
  type: string;
  /** Of plain text, as `iconv-lite` names it; null: it is none. */
  encoding: string | null;
  /** All of it in memory. Throws `file.beyond_limits` above `most` bytes. */
  bytes(most: number): Promise<Uint8Array>;
  /** Shorter where the file ends. */
  slice(start: number, length: number): Promise<Uint8Array>;
  stream(): AsyncIterable<Uint8Array>;
};

type About = Pick<Source, "name" | "type" | "encoding">;

const tooLarge = (size: number, most: number): AppError =>
  new AppError(
    "file.beyond_limits",
    `Files of this type are read up to ${Math.floor(most / 1024 / 1024)} MB, and this one has ${Math.ceil(size / 1024 / 1024)} MB`,
  );

/** A file on this machine's disk. */
export function fileSource(path: string, size: number, about: About): Source {
  const slice = async (start: number, length: number): Promise<Uint8Array> => {
    const file = await open(path, "r");
    try {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - start)));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  };
  return {
    ...about,
    size,
    async bytes(most) {
      if (size > most) throw tooLarge(size, most);
      return slice(0, size);
    },
    slice,
    stream: () => createReadStream(path, { highWaterMark: 256 * 1024 }),
  };
}

/** A file inside another one. */
export function bytesSource(bytes: Uint8Array, about: About): Source {
  return {
    ...about,
    size: bytes.length,
    async bytes(most) {
      if (bytes.length > most) throw tooLarge(bytes.length, most);
      return bytes;
    },
    slice: async (start, length) => bytes.subarray(start, start + length),
    async *stream() {
      const PIECE = 256 * 1024;
      for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
    },
  };
}
