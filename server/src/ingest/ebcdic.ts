/** Text of mainframes: https://www.ibm.com/docs/en/zos-basic-skills?topic=mainframe-ebcdic-character-set, code page 500. */

/** From 0x40 on. Other pages differ in signs, not in letters and digits. */
const characters =
  " \u00a0âäàáãåçñ[.<(+!" +
  "&éêëèíîïìß]$*);^" +
  "-/ÂÄÀÁÃÅÇÑ¦,%_>?" +
  "øÉÊËÈÍÎÏÌ`:#@'=\"" +
  "Øabcdefghi«»ðýþ±" +
  "°jklmnopqrªºæ¸Æ¤" +
  "µ~stuvwxyz¡¿ÐÝÞ®" +
  "¢£¥·©§¶¼½¾¬|¯¨´×" +
  "{ABCDEFGHI\u00adôöòóõ" +
  "}JKLMNOPQR¹ûüùúÿ" +
  "\\÷STUVWXYZ²ÔÖÒÓÕ" +
  "0123456789³ÛÜÙÚ\u009f";

/** Its space is 0x40, and its letters stand above 0x80. */
export function isEbcdic(bytes: Uint8Array): boolean {
  let [spaces, high] = [0, 0];
  for (const byte of bytes) {
    if (byte === 0x20) return false;
    if (byte === 0x40) spaces++;
    else if (byte > 0x80) high++;
  }
  return spaces > bytes.length * 0.05 && spaces + high > bytes.length * 0.8;
}

export function fromEbcdic(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte >= 0x40 ? characters[byte - 0x40] : controlOf(byte);
  return text;
}

/** Its own line end, the ASCII ones, and the tab; others say nothing. */
function controlOf(byte: number): string {
  if (byte === 0x15 || byte === 0x25) return "\n";
  if (byte === 0x0d) return "\r";
  return byte === 0x05 ? "\t" : " ";
}
