/** The tokens of RTF, found in bytes as they come: groups, control words, and text. Rich Text Format 1.9.1 */

export type RtfHandlers = {
  open(): void;
  close(): void;
  word(name: string, value: number | null): void;
  /** A control symbol that is no letter: `~`, `*`, `-` …; its code. */
  sign(code: number): void;
  /** Of text, as written or as `\'xx`. */
  byte(byte: number): void;
  /** What follows `\\bin`. */
  raw(bytes: Uint8Array): void;
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

/** Where the tokenizer is: how many bytes after `\bin` are no text. */
type State = { handlers: RtfHandlers; raw: number };

export function openRtfTokens(handlers: RtfHandlers): RtfTokenizer {
  const state: State = { handlers, raw: 0 };
  let rest: Buffer = Buffer.alloc(0);
  return {
    write(piece) {
      const view = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
      const data = rest.length === 0 ? view : Buffer.concat([rest, view]);
      let at = 0;
      while (at < data.length) {
        const next = state.raw > 0 ? pass(data, at, state) : token(data, at, state);
        if (next < 0) break;
        at = next;
      }
      rest = Buffer.from(data.subarray(at));
    },
  };
}

function pass(data: Buffer, at: number, state: State): number {
  const passed = Math.min(state.raw, data.length - at);
  state.raw -= passed;
  state.handlers.raw(data.subarray(at, at + passed));
  return at + passed;
}

/** The index after the token at `at`; -1: the piece ends in it. */
function token(data: Buffer, at: number, state: State): number {
  const { handlers } = state;
  const code = data[at] ?? 0;
  if (code === BACKSLASH) return control(data, at, state);
  if (code === OPEN) handlers.open();
  else if (code === CLOSE) handlers.close();
  else if (code !== CR && code !== LF && code !== 0 && !handlers.skipping()) handlers.byte(code);
  return at + 1;
}

function control(data: Buffer, at: number, state: State): number {
  const { handlers } = state;
  const first = data[at + 1];
  if (first === undefined) return -1;
  if (first === QUOTE) {
    const [high, low] = [data[at + 2], data[at + 3]];
    if (high === undefined || low === undefined) return -1;
    if (hexValue(high) < 0 || hexValue(low) < 0) return at + 2;
    handlers.byte(hexValue(high) * 16 + hexValue(low));
    return at + 4;
  }
  if (isLetter(first)) return word(data, at + 1, state);
  if (first === CR || first === LF) handlers.word("par", null);
  else handlers.sign(first);
  return at + 2;
}

function word(data: Buffer, from: number, state: State): number {
  const most = Math.min(data.length, from + LONGEST);
  let at = from;
  while (at < most && isLetter(data[at] ?? 0)) at++;
  const sign = data[at] === MINUS && isDigit(data[at + 1] ?? 0) ? 1 : 0;
  let end = at + sign;
  while (end < most && isDigit(data[end] ?? 0)) end++;
  if (end >= data.length - 1 && data.length - from < LONGEST) return -1;
  const name = data.toString("latin1", from, at);
  const value = end > at ? Number(data.toString("latin1", at, end)) : null;
  if (name === "bin") state.raw = Math.max(0, value ?? 0);
  else state.handlers.word(name, value);
  return data[end] === SPACE ? end + 1 : end;
}
