/** OLE containers and the structures in them, for tests: only what is needed. */
import { CFB } from "@e965/xlsx";

type Maker = {
  utils: { cfb_new(): object; cfb_add(file: object, path: string, bytes: Uint8Array): void };
  write(file: object, options: { type: "buffer" }): Buffer;
};

export function oleOf(streams: Record<string, Uint8Array>): Buffer {
  const { utils, write } = CFB as Maker;
  const file = utils.cfb_new();
  for (const [path, bytes] of Object.entries(streams)) utils.cfb_add(file, `/${path}`, bytes);
  return write(file, { type: "buffer" });
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
