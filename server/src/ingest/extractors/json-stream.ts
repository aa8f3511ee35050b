/** JSON as a stream of events: of any size, NaN, Infinity and comments allowed, and what stands before a fault is told. */

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
const LINE_END = /[\r\n]/g;
const STAR = /\*/g;
/** Characters; a longer string is cut. */
const STRING_LENGTH = 2_000_000;
const WORD_LENGTH = 1000;

type Frame = { array: boolean; state: "first" | "key" | "colon" | "value" | "next" };

/** Several values after each other are taken. */
export class JsonStream {
  readonly #handlers: JsonHandlers;
  readonly #depth: number;
  readonly #frames: Frame[] = [];
  /** Of a string, a word or an escape that has begun: what was read of it. */
  #string: string | null = null;
  #word = "";
  #escape: string | null = null;
  /** Of a comment that has begun: its first sign, then its kind, then a star that may end it. */
  #comment: "" | "/" | "//" | "/*" | "*" = "";
  /** In the piece, and of all pieces before it. */
  #at = 0;
  #before = 0;

  /** `depth`: of nested lists and objects. */
  constructor(handlers: JsonHandlers, depth: number) {
    this.#handlers = handlers;
    this.#depth = depth;
  }

  /** Throws `JsonFault`. */
  write(piece: string): void {
    this.#at = 0;
    while (this.#at < piece.length) {
      if (this.#string !== null) this.#inString(piece, this.#string);
      else if (this.#word !== "") this.#inWord(piece);
      else if (this.#comment !== "") this.#inComment(piece);
      else {
        this.#at = this.#next(SPACE, piece);
        if (this.#at >= piece.length) break;
        this.#sign(piece[this.#at] ?? "");
        this.#at++;
      }
    }
    this.#before += piece.length;
    this.#at = 0;
  }

  /** Throws `JsonFault` where something is missing. */
  end(): void {
    if (this.#word !== "") this.#wordEnded();
    if (this.#comment === "/") throw this.#fault('An unexpected "/"');
    if (this.#string !== null || this.#frames.length > 0) throw this.#fault("It ends too early,");
  }

  #fault(what: string): JsonFault {
    return new JsonFault(`${what} at character ${this.#before + this.#at + 1}`);
  }

  #scalar(value: Scalar): void {
    const frame = this.#frames.at(-1);
    if (frame && !frame.array && (frame.state === "key" || frame.state === "first")) {
      if (typeof value !== "string") throw this.#fault("A name was expected");
      frame.state = "colon";
      this.#handlers.key(value);
      return;
    }
    this.#mayBegin(frame);
    this.#handlers.value(value);
  }

  #mayBegin(frame: Frame | undefined): void {
    if (!frame) return;
    if (frame.state !== "value" && !(frame.array && frame.state === "first"))
      throw this.#fault("A comma or a colon is missing");
    frame.state = "next";
  }

  #sign(char: string): void {
    const frame = this.#frames.at(-1);
    if (char === '"') this.#string = "";
    else if (char === "{" || char === "[") this.#open(char === "[", frame);
    else if (char === "}" || char === "]") {
      if (!frame || frame.array !== (char === "]") || frame.state === "colon")
        throw this.#fault(`An unexpected ${char}`);
      this.#frames.pop();
      this.#handlers.close();
    } else if (char === "," && frame?.state === "next") frame.state = frame.array ? "value" : "key";
    else if (char === ":" && frame?.state === "colon") frame.state = "value";
    else if (/[\w.+-]/.test(char)) this.#word = char;
    else if (char === "/") this.#comment = "/";
    else throw this.#fault(`An unexpected ${JSON.stringify(char)}`);
  }

  #open(array: boolean, frame: Frame | undefined): void {
    this.#mayBegin(frame);
    if (this.#frames.length >= this.#depth) throw this.#fault(`It nests deeper than ${this.#depth}`);
    this.#frames.push({ array, state: "first" });
    this.#handlers.open(array ? "array" : "object");
  }

  #wordEnded(): void {
    const said = this.#word;
    this.#word = "";
    if (said === "true" || said === "false") this.#scalar(said === "true");
    else if (said === "null") this.#scalar(null);
    else if (/^[+-]?(NaN|Infinity|undefined)$/.test(said)) this.#scalar(said);
    else if (/^-?\d[\d.]*([eE][+-]?\d+)?$/.test(said)) {
      const number = Number(said);
      this.#scalar(Number.isSafeInteger(number) || /[.eE]/.test(said) ? number : said);
    } else throw this.#fault(`An unexpected ${said.slice(0, 40)}`);
  }

  /** Where `pattern` is met next. */
  #next(pattern: RegExp, piece: string): number {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(piece);
    return found ? found.index : piece.length;
  }

  #inString(piece: string, string: string): void {
    if (this.#escape !== null) {
      this.#escape += piece[this.#at++] ?? "";
      const meant = escaped(this.#escape);
      if (meant === undefined) return;
      this.#escape = null;
      this.#string = string + meant;
      return;
    }
    const end = this.#next(PLAIN, piece);
    const whole = string.length < STRING_LENGTH ? string + piece.slice(this.#at, end) : string;
    this.#at = end + 1;
    this.#string = piece[end] === '"' ? null : whole;
    if (piece[end] === "\\") this.#escape = "\\";
    if (piece[end] === '"') this.#scalar(whole);
  }

  #inComment(piece: string): void {
    const char = piece[this.#at] ?? "";
    if (this.#comment === "/") {
      if (char !== "/" && char !== "*") throw this.#fault('An unexpected "/"');
      this.#comment = char === "/" ? "//" : "/*";
    } else if (this.#comment === "*" && char === "/") this.#comment = "";
    else {
      const end = this.#next(this.#comment === "//" ? LINE_END : STAR, piece);
      this.#at = end;
      if (end >= piece.length) this.#comment = this.#comment === "//" ? "//" : "/*";
      else this.#comment = this.#comment === "//" ? "" : "*";
    }
    this.#at++;
  }

  #inWord(piece: string): void {
    const end = this.#next(WORD, piece);
    this.#word += piece.slice(this.#at, end);
    this.#at = end;
    if (this.#word.length > WORD_LENGTH) throw this.#fault("A number or name that is too long");
    if (end < piece.length) this.#wordEnded();
  }
}

const signs: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** Undefined: more characters belong to it. */
function escaped(pending: string): string | undefined {
  const [, sign = ""] = pending;
  if (sign !== "u") return signs[sign] ?? sign;
  if (pending.length < 6) return undefined;
  return String.fromCharCode(Number.parseInt(pending.slice(2), 16) || 0xfffd);
}
