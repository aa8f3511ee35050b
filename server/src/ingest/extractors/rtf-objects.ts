/** Files inside an RTF file: hexadecimal digits of an object as OLE 1 wrote it. [MS-OLEDS] 2.2.4 */
import { nativeOf } from "./ooxml-ole.ts";

export type RtfObject = { name: string; bytes: Uint8Array };

/** Bytes; of larger ones nothing is kept. */
const MOST = 128 * 1024 * 1024;
const PIECE = 64 * 1024;

export function openRtfObject() {
  const pieces: Uint8Array[] = [];
  let [piece, filled, total, high] = [Buffer.alloc(PIECE), 0, 0, -1];
  const cut = () => {
    pieces.push(piece.subarray(0, filled));
    [piece, filled] = [Buffer.alloc(PIECE), 0];
  };
  return {
    digit(code: number): void {
      const value = digitOf(code);
      if (value < 0 || total > MOST) return;
      if (high < 0) high = value;
      else {
        piece[filled++] = high * 16 + value;
        [high, total] = [-1, total + 1];
        if (filled === PIECE) cut();
      }
    },
    bytes(raw: Uint8Array): void {
      total += raw.length;
      if (total > MOST) return;
      cut();
      pieces.push(Buffer.from(raw));
    },
    /** Null: nothing in it can be told. */
    end(): RtfObject | null {
      cut();
      return total > MOST ? null : objectOf(Buffer.concat(pieces));
    },
  };
}

const digitOf = (code: number): number =>
  code >= 48 && code <= 57 ? code - 48 : /[A-Fa-f]/.test(String.fromCharCode(code)) ? (code & 15) + 9 : -1;

/** Version, 2: it is embedded, its class, topic and item each with their lengths, and its bytes with theirs. */
function objectOf(data: Buffer): RtfObject | null {
  if (data.length < 12 || data.readUInt32LE(4) !== 2) return null;
  let at = 8;
  const texts: string[] = [];
  for (let i = 0; i < 3; i++) {
    if (at + 4 > data.length) return null;
    const length = data.readUInt32LE(at);
    texts.push(data.toString("latin1", at + 4, Math.min(data.length, at + 4 + length)).replace(/\0.*$/s, ""));
    at += 4 + length;
  }
  if (at + 4 > data.length) return null;
  const bytes = data.subarray(at + 4, at + 4 + data.readUInt32LE(at));
  const kind = texts[0] ?? "";
  if (/^package$/i.test(kind)) return packaged(Buffer.concat([data.subarray(at, at + 4), bytes]));
  return bytes.length === 0 ? null : { name: kind.slice(0, 100) || "object", bytes };
}

function packaged(stream: Buffer): RtfObject | null {
  try {
    const found = nativeOf(stream);
    return found && { name: found.name ?? "embedded", bytes: found.bytes };
  } catch {
    return null;
  }
}
