/**
 * One file that bzip2 or xz have packed. The library unpacks them around archives only, and both formats may be strung together:
 * a packed header of a TAR in front makes an archive of one entry out of it, and packed words behind tell where it ends.
 */
import { ArchiveReader, libarchiveWasm } from "libarchive-wasm";
import type { Findings } from "./extractor.ts";

const MB = 1024 * 1024;
/** Bytes that are kept to be read, and those that are unpacked to see how many there are. */
export const MOST_KEPT = 32 * MB;
const MOST_UNPACKED = 256 * MB;
/** Bytes at a time; the last ones are lost, so that the zeros behind the mark are twice as many. */
const PIECE = MB;
const MARK = Buffer.from("What was packed ends here: 7c1f93e2a04b5d68");

/** Made by Python: `tarfile.TarInfo("file")` of 8 GB less one byte, and the mark with 2 MB of zeros, each packed by itself. */
const wrappings: Readonly<Record<string, { header: string; end: string }>> = {
  bz2: {
    header:
      "QlpoOTFBWSZTWZqP5zEAAB7bgMiAQAB1gAAEYyQeAAgAIABUUA0Bpo09BKNSeSaYgBmBDV6tNSVLIu6smE4GEC0vriIijlG87+8qgC7C7kinCh" +
      "ITUfzmIA==",
    end:
      "QlpoOTFBWSZTWW0dRFQAQEr7gMAAAARAAH/wAIA/SVyAAAggAFQlU0yGI0aGjTDUElQaDI0GTIaaVABAAGloIEgAE+FD6HUo6yyfGeO/NK1nSL" +
      "aXqiRfdFzfiqWwuwAYAAH4u5IpwoSDaOoioA==",
  },
  xz: {
    header:
      "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AH/ADBdADMaSda2OCGvAe5uBXM7wPlFNcpNaPQ6rauya2xNvq1Dv+w312SPC7No3YRXPunvAABxci" +
      "4lzw2/ywABTIAEAAAADzlLhbHEZ/sCAAAAAARZWg==",
    end:
      "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj//88AZhdACuaCCd1GXyttYhwcAOqCZw8QM9pD9u7/9E58BZKt+2gUjzCv7UwzE8GAwegm9WmSHhKaC" +
      "M2D3aK/GnHCkawwUaGqu+TcE72z890c0T6FJo0Smj1VJRMMLTrP54dmM98MM8W8G+7/WYY2FzCKJx3/ynoi6LMYhgYs6tcCyXTTNWENI44jkDW" +
      "rAayim7R1XrzPhRTYnasWeTlWwUI+cfarfz7Uit0zR5bIEL53VM9+ClkCTuAyyps37U78MS9Ll+qDz5LZkKQEw7/EJP4cXhZ+AvN/5UoRg+p/H" +
      "ze+5owLlbAj4Xzg4HAZcQlU/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEnGFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0zR5bIEL53VM9+Clk" +
      "CTuAyyps37U78MS9Ll+qDz5LZkKQEw7/EJP4cXhZ+AvN/5UoRg+p/Hze+5owLlbAj4Xzg4HAZcQlU/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zr" +
      "EnGFxZhulmUli+6XasWeTlWwUI+cfan7kmy4AA7QAFABymJPEAAACjHuvckHYYPAABvwOrgIAB9CKyWLHEZ/sCAAAAAARZWg==",
  },
};

/** `content` is cut to `MOST_KEPT` bytes; `size` is counted up to `MOST_UNPACKED`. */
type Unpacked = { content: Uint8Array; size: number };

/** Null: it is damaged. */
export async function unpacked(type: string, bytes: Uint8Array, { pause }: Findings): Promise<Unpacked | null> {
  const wrapping = wrappings[type];
  if (!wrapping) return null;
  const whole = Buffer.concat([Buffer.from(wrapping.header, "base64"), bytes, Buffer.from(wrapping.end, "base64")]);
  const library = await libarchiveWasm();
  try {
    const reader = new ArchiveReader(library, new Int8Array(whole.buffer, whole.byteOffset, whole.length));
    if (!reader.nextEntry()) return null;
    const kept: Buffer[] = [];
    let [before, size] = [Buffer.alloc(0), 0];
    while (size < MOST_UNPACKED) {
      const read = reader.readData(PIECE);
      const piece = Buffer.concat([before, Buffer.from(read.buffer, read.byteOffset, read.length)]);
      const end = piece.indexOf(MARK);
      // What may be the beginning of the mark is looked at again.
      const told = piece.subarray(0, end >= 0 ? end : piece.length - MARK.length);
      if (size < MOST_KEPT) kept.push(told);
      size += told.length;
      if (end >= 0) return { content: Buffer.concat(kept).subarray(0, MOST_KEPT), size };
      before = piece.subarray(told.length);
      await pause();
    }
    return { content: Buffer.concat(kept).subarray(0, MOST_KEPT), size };
  } catch {
    return null;
  }
}
