/** OLE containers and the structures in them, for tests: only what is needed. */
import { CFB } from "@e965/xlsx";

type Maker = {
  read(file: Uint8Array, options: { type: "buffer" }): object;
  utils: { cfb_new(): object; cfb_add(file: object, path: string, bytes: Uint8Array): void };
  write(file: object, options: { type: "buffer" }): Buffer;
};

export function oleOf(streams: Record<string, Uint8Array>): Buffer {
  const { utils, write } = CFB as Maker;
  const file = utils.cfb_new();
  for (const [path, bytes] of Object.entries(streams)) utils.cfb_add(file, `/${path}`, bytes);
  return write(file, { type: "buffer" });
}

/** The same container with more in it. */
export function withStreams(container: Uint8Array, streams: Record<string, Uint8Array>): Buffer {
  const { utils, read, write } = CFB as Maker;
  const file = read(container, { type: "buffer" });
  for (const [path, bytes] of Object.entries(streams)) utils.cfb_add(file, `/${path}`, bytes);
  return write(file, { type: "buffer" });
}

/** A file with its name, as Windows wraps it in `\x01Ole10Native`. */
export function nativeFile(name: string, bytes: Uint8Array): Buffer {
  const path = Buffer.from(`C:\\${name}\0`, "latin1");
  const label = Buffer.from(`${name}\0`, "latin1");
  const body = Buffer.concat([u16(2), label, path, u32(3), u32(path.length), path, u32(bytes.length), bytes]);
  return Buffer.concat([u32(body.length), body]);
}

export const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

export const u16 = (...values: number[]): Buffer => {
  const out = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) out.writeUInt16LE(value, i * 2);
  return out;
};

export const u32 = (...values: number[]): Buffer => {
  const out = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) out.writeUInt32LE(value >>> 0, i * 4);
  return out;
};
