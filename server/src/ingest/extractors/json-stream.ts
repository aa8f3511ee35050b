/** JSON as a stream of events: of any size, NaN and Infinity allowed, and what stands before a fault is told. */

export type Scalar = string | number | boolean | null;

export type JsonHandlers = {
  open(kind: "object" | "array"): void;
  close(): void;
  key(name: string): void;
  /** A number that JavaScript cannot hold exactly comes as it is written. */
  value(value: Scalar): void;
};

export class JsonFault extends Error {
  override readonly name = "JsonFault";
}

const SPACE = /[^\s]/g;
const PLAIN = /["\\]/g;
const WORD = /[^\w.+-]/g;
/** Characters; a longer string is cut. */
const STRING_LENGTH = 2_000_000;
const WORD_LENGTH = 1000;

type Frame = { array: boolean; state: "first" | "key" | "colon" | "value" | "next" };

export type JsonStream = {
  /** Throws `JsonFault`. */
  write(piece: string): void;
  /** Throws `JsonFault` where something is missing. */
  end(): void;
};

/** Several values after each other are taken. `depth`: of nested lists and objects. */
export function openJson(handlers: JsonHandlers, depth: number): JsonStream {
  const frames: Frame[] = [];
  /** Of a string or a word that has begun: what was read of it. */
  let [string, word, pending] = [null as string | null, "", null as string | null];
  let [at, before] = [0, 0];

  const fault = (what: string): JsonFault => new JsonFault(`${what} at character ${before + at + 1}`);

  function scalar(value: Scalar): void {
    const frame = frames.at(-1);
    if (frame && !frame.array && (frame.state === "key" || frame.state === "first")) {
      if (typeof value !== "string") throw fault("A name was expected");
      frame.state = "colon";
      handlers.key(value);
      return;
    }
    mayBegin(frame);
    handlers.value(value);
  }

  function mayBegin(frame: Frame | undefined): void {
    if (!frame) return;
    if (frame.state !== "value" && !(frame.array && frame.state === "first"))
      throw fault("A comma or a colon is missing");
    frame.state = "next";
  }

  function sign(char: string): void {
    const frame = frames.at(-1);
    if (char === '"') string = "";
    else if (char === "{" || char === "[") {
      mayBegin(frame);
      if (frames.length >= depth) throw fault(`It nests deeper than ${depth}`);
      frames.push({ array: char === "[", state: "first" });
      handlers.open(char === "[" ? "array" : "object");
    } else if (char === "}" || char === "]") {
      if (!frame || frame.array !== (char === "]") || frame.state === "colon") throw fault(`An unexpected ${char}`);
      frames.pop();
      handlers.close();
    } else if (char === "," && frame?.state === "next") frame.state = frame.array ? "value" : "key";
    else if (char === ":" && frame?.state === "colon") frame.state = "value";
    else if (/[\w.+-]/.test(char)) word = char;
    else throw fault(`An unexpected ${JSON.stringify(char)}`);
  }

  function wordEnded(): void {
    const said = word;
    word = "";
    if (said === "true" || said === "false") scalar(said === "true");
    else if (said === "null") scalar(null);
    else if (/^[+-]?(NaN|Infinity|undefined)$/.test(said)) scalar(said);
    else if (/^-?\d[\d.]*([eE][+-]?\d+)?$/.test(said)) {
      const number = Number(said);
      scalar(Number.isSafeInteger(number) || /[.eE]/.test(said) ? number : said);
    } else throw fault(`An unexpected ${said.slice(0, 40)}`);
  }

  /** Where `pattern` is met next. */
  const next = (pattern: RegExp, piece: string): number => {
    pattern.lastIndex = at;
    const found = pattern.exec(piece);
    return found ? found.index : piece.length;
  };

  function inString(piece: string): void {
    if (pending !== null) {
      pending += piece[at++] ?? "";
      const meant = escaped(pending);
      if (meant === undefined) return;
      pending = null;
      string += meant;
      return;
    }
    const end = next(PLAIN, piece);
    if ((string?.length ?? 0) < STRING_LENGTH) string += piece.slice(at, end);
    at = end + 1;
    if (piece[end] === "\\") pending = "\\";
    else if (piece[end] === '"') {
      const whole = string ?? "";
      string = null;
      scalar(whole);
    }
  }

  function inWord(piece: string): void {
    const end = next(WORD, piece);
    word += piece.slice(at, end);
    at = end;
    if (word.length > WORD_LENGTH) throw fault("A number or name that is too long");
    if (end < piece.length) wordEnded();
  }

  return {
    write(piece) {
      at = 0;
      while (at < piece.length) {
        if (string !== null) inString(piece);
        else if (word !== "") inWord(piece);
        else {
          at = next(SPACE, piece);
          if (at >= piece.length) break;
          sign(piece[at] ?? "");
          at++;
        }
      }
      before += piece.length;
      at = 0;
    },
    end() {
      if (word !== "") wordEnded();
      if (string !== null || frames.length > 0) throw fault("It ends too early,");
    },
  };
}

const signs: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** Undefined: more characters belong to it. */
function escaped(pending: string): string | undefined {
  const [, sign = ""] = pending;
  if (sign !== "u") return signs[sign] ?? sign;
  if (pending.length < 6) return undefined;
  return String.fromCharCode(Number.parseInt(pending.slice(2), 16) || 0xfffd);
}
