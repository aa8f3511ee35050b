/** The tokens of RTF, found in bytes as they come: groups, control words, and text. Rich Text Format 1.9.1 */

export type RtfHandlers = {
  open(): void;
  close(): void;
  word(name: string, value: number | null): void;
  /** A control symbol that is no letter: `~`, `*`, `-` …; its code. */
  sign(code: number): void;
  /** Of text, as written or as `\'xx`. */
  byte(byte: number): void;
  /** Text is not looked at now; groups and words still are. */
  skipping(): boolean;
};

export type RtfTokenizer = { write(piece: Uint8Array): void };

const [BACKSLASH, OPEN, CLOSE, CR, LF, QUOTE, MINUS, SPACE] = [92, 123, 125, 13, 10, 39, 45, 32] as const;
/** Bytes of a control word with its number; longer ones are nonsense, and cut there. */
const LONGEST = 64;

const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const hexValue = (code: number): number =>
  isDigit(code) ? code - 48 : code >= 97 && code <= 102 ? code - 87 : code >= 65 && code <= 70 ? code - 55 : -1;

export function openRtfTokens(handlers: RtfHandlers): RtfTokenizer {
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes after `\bin`, which are no text. */
  let raw = 0;

  /** The index after the control at `at`; -1: the piece ends in it. */
  const control = (data: Buffer, at: number): number => {
    const first = data[at + 1];
    if (first === undefined) return -1;
    if (first === QUOTE) {
      const [high, low] = [data[at + 2], data[at + 3]];
      if (high === undefined || low === undefined) return -1;
      const value = hexValue(high) * 16 + hexValue(low);
      if (hexValue(high) < 0 || hexValue(low) < 0) return at + 2;
      handlers.byte(value);
      return at + 4;
    }
    if (!isLetter(first)) {
      if (first === CR || first === LF) handlers.word("par", null);
      else handlers.sign(first);
      return at + 2;
    }
    return word(data, at + 1);
  };

  const word = (data: Buffer, from: number): number => {
    const most = Math.min(data.length, from + LONGEST);
    let at = from;
    while (at < most && isLetter(data[at] ?? 0)) at++;
    const name = data.toString("latin1", from, at);
    const sign = data[at] === MINUS && isDigit(data[at + 1] ?? 0) ? 1 : 0;
    let end = at + sign;
    while (end < most && isDigit(data[end] ?? 0)) end++;
    if (end >= data.length - 1 && data.length - from < LONGEST) return -1;
    const value = end > at + sign ? Number(data.toString("latin1", at, end)) : null;
    if (name === "bin") raw = Math.max(0, value ?? 0);
    else handlers.word(name, value);
    return data[end] === SPACE ? end + 1 : end;
  };

  return {
    write(piece) {
      const data =
        rest.length === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.length) : Buffer.concat([rest, piece]);
      let at = 0;
      while (at < data.length) {
        if (raw > 0) {
          const passed = Math.min(raw, data.length - at);
          raw -= passed;
          at += passed;
          continue;
        }
        const code = data[at];
        if (code === BACKSLASH) {
          const next = control(data, at);
          if (next < 0) break;
          at = next;
          continue;
        }
        if (code === OPEN) handlers.open();
        else if (code === CLOSE) handlers.close();
        else if (code !== CR && code !== LF && code !== undefined && code !== 0 && !handlers.skipping())
          handlers.byte(code);
        at++;
      }
      rest = Buffer.from(data.subarray(at));
    },
  };
}
