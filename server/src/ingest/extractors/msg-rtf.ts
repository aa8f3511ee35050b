/** The RTF of Outlook's messages is packed: [MS-OXRTFCP]. */

/** What the dictionary holds at first. */
const dictionary =
  "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor " +
  "MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const mostUnpacked = 64 * 1024 * 1024;

/** Null: it is not packed so. */
export function unpackRtf(packed: Buffer): Buffer | null {
  if (packed.length < 16) return null;
  const kind = packed.toString("latin1", 8, 12);
  if (kind === "MELA") return packed.subarray(16);
  if (kind !== "LZFu") return null;
  const size = Math.min(packed.readUInt32LE(4), mostUnpacked);
  const window = Buffer.alloc(4096, 32);
  window.write(dictionary, "latin1");
  const out: number[] = [];
  let [at, write] = [16, dictionary.length];
  const put = (byte: number) => {
    out.push(byte);
    window[write] = byte;
    write = (write + 1) % 4096;
  };
  while (at < packed.length && out.length < size) {
    const control = packed[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < packed.length && out.length < size; bit++) {
      if (!(control & (1 << bit))) {
        put(packed[at++] ?? 0);
        continue;
      }
      if (at + 2 > packed.length) return Buffer.from(out);
      const reference = packed.readUInt16BE(at);
      at += 2;
      const offset = reference >> 4;
      if (offset === write) return Buffer.from(out);
      for (let i = 0; i < (reference & 15) + 2; i++) put(window[(offset + i) % 4096] ?? 0);
    }
  }
  return Buffer.from(out);
}
