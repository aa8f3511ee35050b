/**
 * One file that bzip2 or xz have packed. The library unpacks them around archives only, and both formats may be strung together:
 * a packed header of a TAR in front and packed zeros behind make an archive of one entry out of it, without unpacking anything twice.
 */
import { ArchiveReader, libarchiveWasm } from "libarchive-wasm";

/** Bytes that are unpacked: what the header in front says. */
export const MOST_UNPACKED = 32 * 1024 * 1024;

type Wrapping = { header: string; zeros: string /** Of the zeros, to be as many as are unpacked. */; times: number };

/** Made by Python: `tarfile.TarInfo("file")` with that size, and as many zeros, or a mebibyte of them, each packed by itself. */
const wrappings: Readonly<Record<string, Wrapping>> = {
  bz2: {
    header:
      "QlpoOTFBWSZTWc5iCUkAACBbgMyAQABXgAAEYyQeAAgAIABUU0aANAaeoMRRtI9T1A0G9gwM962hXiCgFowLIEUwlFzeg7zTjzH2FUAU+LuSKc" +
      "KEhnMQSkg=",
    zeros: "QlpoOTFBWSZTWaIgopoBAQHAAMAAAAggADCAKRtoAgGiAQDi7kinChIURBRTQA==",
    times: 1,
  },
  xz: {
    header:
      "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AH/AC9dADMaSda2OCGvAe5uBXM7wPy83ixF/x+j38Ix1iODVflxhv29XJZwDiZrUFeK/LUAAAA6Em" +
      "eoDDm/oAABS4AEAAAAtwlOmLHEZ/sCAAAAAARZWg==",
    zeros:
      "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj7///ANldAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN2X+m44wjEV" +
      "PgWRjFdYrid/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP0E6vJiiUcR89jyThcJ6nI1/sKMuF" +
      "0ZWYin4qkfIndfcZwAaYTZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1Iq9+SVJQ" +
      "AAAAAAwva6PqJwa2AAAfUBgIBAAHmXf0exxGf7AgAAAAAEWVo=",
    times: 32,
  },
};

/** Not more than `MOST_UNPACKED` bytes; null: it is damaged. Zeros at its end are lost. */
export async function unpacked(type: string, bytes: Uint8Array): Promise<Uint8Array | null> {
  const wrapping = wrappings[type];
  if (!wrapping) return null;
  const zeros = Buffer.from(wrapping.zeros, "base64");
  const whole = Buffer.concat([
    Buffer.from(wrapping.header, "base64"),
    bytes,
    ...Array.from({ length: wrapping.times }, () => zeros),
  ]);
  const library = await libarchiveWasm();
  try {
    const reader = new ArchiveReader(library, new Int8Array(whole.buffer, whole.byteOffset, whole.length));
    const read = reader.nextEntry()?.readData();
    if (!read) return null;
    const found = Buffer.from(read.buffer, read.byteOffset, read.length);
    let end = found.length;
    while (end > 0 && found[end - 1] === 0) end--;
    return found.subarray(0, end);
  } catch {
    return null;
  }
}
