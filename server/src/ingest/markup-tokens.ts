/**
 * The tokens of XML, found in strings as they come. Our own, because reading office documents is mostly this: of 110 MB of
 * document.xml `saxes` took 2.4 s without and 2.9 s with namespaces, this 1.1-1.9 s with inflating (2 cores, Node 24). What it leaves out: a DTD is
 * passed over, entities of the document's own stay as they are written (those of HTML and ISO are known), names are not checked
 * letter by letter.
 */
import { AppError } from "../errors.ts";
import { attributeIn, attributesIn, decoded, localOf } from "./markup-attributes.ts";

type Scope = { readonly prefixes: ReadonlyMap<string, string>; readonly outer: Scope | null };
export type XmlAttribute = { name: string; local: string; uri: string; value: string };
export type XmlContent = XmlElement | string;

const NOTHING: readonly XmlContent[] = Object.freeze([]);
const XML = "http://www.w3.org/XML/1998/namespace";

const prefixOf = (name: string): string => name.slice(0, Math.max(0, name.indexOf(":")));

/** Attributes are looked at when somebody asks for them. It has `children` only where a tree is built. */
export class XmlElement {
  readonly name: string;
  readonly local: string;
  children: readonly XmlContent[] = NOTHING;
  readonly #raw: string;
  readonly #scope: Scope | null;
  constructor(name: string, local: string, raw: string, scope: Scope | null) {
    this.name = name;
    this.local = local;
    this.#raw = raw;
    this.#scope = scope;
  }
  get uri(): string {
    return uriOf(prefixOf(this.name), this.#scope);
  }
  attributes(): XmlAttribute[] {
    return attributesIn(this.#raw).map(({ name, value }) => {
      return { name, local: localOf(name), uri: this.#uriOf(prefixOf(name)), value };
    });
  }
  attribute(local: string, uri?: string): string | undefined {
    return attributeIn(this.#raw, local, (name) => uri === undefined || this.#uriOf(prefixOf(name)) === uri);
  }
  /** Of an attribute: one without a prefix has none. */
  #uriOf(prefix: string): string {
    return prefix === "" ? "" : uriOf(prefix, this.#scope);
  }
  add(child: XmlContent): void {
    if (this.children === NOTHING) this.children = [];
    (this.children as XmlContent[]).push(child);
  }
}

function uriOf(prefix: string, scope: Scope | null): string {
  if (prefix === "xml") return XML;
  for (let one = scope; one; one = one.outer) {
    const uri = one.prefixes.get(prefix);
    if (uri !== undefined) return uri;
  }
  return "";
}

export type TokenHandlers = {
  open?(element: XmlElement): void;
  close?(local: string, name: string): void;
  text?(text: string): void;
  /** Local names of elements that are passed over with all that is in them. */
  skip?: ReadonlySet<string>;
};

type Name = { name: string; local: string; skip: boolean };

/** Of a tag, a comment, a section of CDATA. Characters. */
const LONGEST = 16 * 1024 * 1024;
/** Names that are remembered; more than any real document has. */
const NAMES = 20_000;
const [LT, GT, SLASH, BANG, QUERY, QUOTE, APOSTROPHE] = [60, 62, 47, 33, 63, 34, 39] as const;

const broken = (why: string): AppError => new AppError("file.unreadable", `Its XML is not well-formed: ${why}`);

export class Tokenizer {
  readonly #handlers: TokenHandlers;
  readonly #depth: number;
  readonly #names = new Map<string, Name>();
  readonly #open: Name[] = [];
  /** Beside each open element, the scope outside it; only where it declares namespaces. */
  readonly #scopes: { level: number; outer: Scope | null }[] = [];
  #scope: Scope | null = null;
  #rest = "";
  /** What came since it was looked at. */
  #waiting: string[] = [];
  #waitingLength = 0;
  /** The level of the element that is passed over; 0: none. */
  #skipping = 0;
  #seen = false;
  /** Of a tag whose end has not come: how much of it was looked through, and the quote in which that ended. */
  readonly #partial = { length: 0, quote: 0 };

  constructor(handlers: TokenHandlers, depth: number) {
    this.#handlers = handlers;
    this.#depth = depth;
  }

  write(piece: string): void {
    this.#waiting.push(piece);
    this.#waitingLength += piece.length;
    // What does not end is looked at again when there is twice as much of it.
    if (this.#waitingLength >= Math.min(this.#rest.length, LONGEST / 4)) this.#take();
  }

  #take(): void {
    const text = this.#rest + this.#waiting.join("");
    [this.#waiting, this.#waitingLength] = [[], 0];
    let at = 0;
    while (at < text.length) {
      const tag = text.indexOf("<", at);
      const end = tag < 0 ? this.#wholeText(text, at) : tag;
      if (end > at && this.#open.length > 0 && this.#skipping === 0)
        this.#handlers.text?.(decoded(text.slice(at, end)));
      at = end;
      if (tag < 0) break;
      const next = this.#markup(text, tag);
      if (next < 0) break;
      at = next;
    }
    this.#rest = at < text.length ? text.slice(at) : "";
    if (this.#rest.length > LONGEST) throw broken("a tag that does not end");
  }

  end(): void {
    this.#take();
    const unclosed = this.#open.at(-1);
    if (unclosed) throw broken(`it ends inside ${unclosed.name}`);
    if (!this.#seen) throw broken("it has no element");
  }

  /** Where text may be cut without cutting an entity. */
  #wholeText(text: string, at: number): number {
    const entity = text.lastIndexOf("&");
    return entity >= at && entity > text.length - 12 ? entity : text.length;
  }

  /** The index after what begins at `at`; -1: its end has not come. */
  #markup(text: string, at: number): number {
    const code = text.charCodeAt(at + 1);
    if (code === SLASH) return this.#closing(text, at);
    if (code === BANG) return this.#declaration(text, at);
    if (code === QUERY) return after(text, "?>", at);
    if (Number.isNaN(code)) return -1;
    const end = tagEnd(text, at, this.#partial);
    if (end < 0) return -1;
    this.#opening(text, at + 1, end);
    return end + 1;
  }

  #closing(text: string, at: number): number {
    const end = text.indexOf(">", at);
    if (end < 0) return -1;
    const top = this.#open.pop();
    const length = top?.name.length ?? 0;
    const fits = top && text.startsWith(top.name, at + 2);
    if (!fits || (end > at + 2 + length && text.slice(at + 2 + length, end).trim() !== ""))
      throw broken(`${text.slice(at, Math.min(end + 1, at + 80))} closes what is not open`);
    this.#closed(top);
    return end + 1;
  }

  #closed(name: Name): void {
    const level = this.#open.length + 1;
    if (this.#skipping === 0) this.#handlers.close?.(name.local, name.name);
    else if (this.#skipping === level) this.#skipping = 0;
    if (this.#scopes.at(-1)?.level === level) this.#scope = this.#scopes.pop()?.outer ?? null;
  }

  #opening(text: string, from: number, end: number): void {
    const empty = text.charCodeAt(end - 1) === SLASH;
    const to = empty ? end - 1 : end;
    let nameEnd = from;
    while (nameEnd < to && text.charCodeAt(nameEnd) > 32) nameEnd++;
    if (nameEnd === from) throw broken(`a tag without a name, ${text.slice(from - 1, Math.min(end, from + 40))}`);
    const name = this.#name(text.slice(from, nameEnd));
    this.#seen = true;
    this.#open.push(name);
    if (this.#open.length > this.#depth)
      throw new AppError("file.beyond_limits", `Its elements nest deeper than ${this.#depth}`);
    if (this.#skipping === 0) {
      if (name.skip) this.#skipping = this.#open.length;
      else this.#tell(name, nameEnd < to ? text.slice(nameEnd, to) : "");
    }
    if (empty) {
      this.#open.pop();
      this.#closed(name);
    }
  }

  #tell(name: Name, raw: string): void {
    if (raw.includes("xmlns")) {
      const prefixes = new Map<string, string>();
      for (const { name: key, value } of attributesIn(raw))
        if (key === "xmlns") prefixes.set("", value);
        else if (key.startsWith("xmlns:")) prefixes.set(key.slice(6), value);
      this.#scopes.push({ level: this.#open.length, outer: this.#scope });
      this.#scope = { prefixes, outer: this.#scope };
    }
    this.#handlers.open?.(new XmlElement(name.name, name.local, raw, this.#scope));
  }

  #name(name: string): Name {
    const known = this.#names.get(name);
    if (known) return known;
    const local = localOf(name);
    const made = { name, local, skip: this.#handlers.skip?.has(local) ?? false };
    if (this.#names.size < NAMES) this.#names.set(name, made);
    return made;
  }

  /** A comment, CDATA, or a document type with what stands in its brackets. */
  #declaration(text: string, at: number): number {
    const head = text.slice(at, at + 9);
    if (head.startsWith("<!--")) return after(text, "-->", at + 4);
    if (head === "<![CDATA[") {
      const end = text.indexOf("]]>", at + 9);
      if (end < 0) return -1;
      if (this.#open.length > 0 && this.#skipping === 0) this.#handlers.text?.(text.slice(at + 9, end));
      return end + 3;
    }
    if (head.length < 9) return -1;
    return doctypeEnd(text, at);
  }
}

function after(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? -1 : at + what.length;
}

/** The `>` that ends the tag at `from`: the next one that is not in quotes. What was looked through is not looked through again. */
function tagEnd(text: string, from: number, partial: { length: number; quote: number }): number {
  let quote = partial.quote;
  for (let at = from + Math.max(1, partial.length); at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === GT) {
      partial.length = 0;
      partial.quote = 0;
      return at;
    } else if (code === QUOTE || code === APOSTROPHE) quote = code;
    else if (code === LT) throw broken(`a tag inside a tag, ${text.slice(from, Math.min(at, from + 60))}`);
  }
  partial.length = text.length - from;
  partial.quote = quote;
  return -1;
}

function doctypeEnd(text: string, from: number): number {
  let brackets = 0;
  for (let at = from + 2; at < text.length; at++) {
    const char = text[at];
    if (char === "[") brackets++;
    else if (char === "]") brackets--;
    else if (char === ">" && brackets <= 0) return at + 1;
    else if (char === '"' || char === "'") {
      at = text.indexOf(char, at + 1);
      if (at < 0) return -1;
    } else if (char === "<" && text.startsWith("<!--", at)) {
      at = text.indexOf("-->", at);
      if (at < 0) return -1;
    }
  }
  return -1;
}
