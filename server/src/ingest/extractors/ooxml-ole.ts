/**
 * Files as Windows embeds them in documents: an OLE compound file with a stream `Package` (an office document), `CONTENTS`, or
 * `\x01Ole10Native` (any file with its name). [MS-CFB], [MS-OLEDS] 2.3.6
 */
import { isOle, openOle } from "./ole.ts";

/** `name`: null where the wrapper tells none. */
type Unwrapped = { name: string | null; bytes: Uint8Array };

/** Null: it is no such wrapper, or one in which is nothing that we know. */
export function unwrapOle(bytes: Uint8Array): Unwrapped | null {
  if (!isOle(bytes)) return null;
  try {
    const ole = openOle(bytes);
    const whole = ["Package", "CONTENTS", "EmbeddedOdf"].map((name) => ole.stream(name)).find((stream) => stream);
    if (whole) return { name: null, bytes: whole };
    const native = ole.stream("\u0001Ole10Native");
    return native ? nativeOf(native) : null;
  } catch {
    return null;
  }
}

/** Its length, 2 bytes, label, path, 8 bytes, path again with its length before it, then the file's length and bytes. */
export function nativeOf(stream: Buffer): Unwrapped | null {
  let at = 6;
  const zero = () => {
    const end = stream.indexOf(0, at);
    const text = stream.toString("latin1", at, end);
    at = end + 1;
    return text;
  };
  const label = zero();
  zero();
  at += 4;
  at += 4 + stream.readUInt32LE(at);
  const length = stream.readUInt32LE(at);
  if (length > stream.length - at - 4) return null;
  const name = label.split(/[\\/]/).at(-1);
  return { name: name || null, bytes: stream.subarray(at + 4, at + 4 + length) };
}
