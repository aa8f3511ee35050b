/** XML as a stream of events, bounded in depth, and without what an entity or a DTD could do. */
import { AppError } from "../errors.ts";
import { type TokenHandlers, Tokenizer, type XmlAttribute, XmlElement } from "./markup-tokens.ts";

/** `local` is the name without its prefix. */
export type Element = {
  name: string;
  local: string;
  uri: string;
  attribute(local: string, uri?: string): string | undefined;
  /** In the order of the document, declarations of namespaces too. */
  attributes(): XmlAttribute[];
};

export type XmlHandlers = {
  open?(element: Element): void;
  close?(local: string, name: string): void;
  /** What stands between two tags may come in several pieces. */
  text?(text: string): void;
  /** Local names of elements that are passed over with all that is in them. */
  skip?: ReadonlySet<string>;
};

type Reading = { depth: number; pause(): Promise<void> };

/**
 * Parses what comes, piece by piece; `pause` is awaited between pieces. Entities of the document's own are never expanded.
 * Throws `file.beyond_limits` where elements nest deeper than `depth`, `file.unreadable` where it is not well-formed: what came
 * before has been told.
 */
export const readXml = (pieces: AsyncIterable<Uint8Array>, handlers: XmlHandlers, reading: Reading): Promise<void> =>
  tokenize(pieces, handlers, reading);

async function tokenize(
  pieces: AsyncIterable<Uint8Array>,
  handlers: TokenHandlers,
  { depth, pause }: Reading,
): Promise<void> {
  const tokenizer = new Tokenizer(handlers, depth);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const piece of pieces) {
    decoder ??= new TextDecoder(encodingOf(piece));
    tokenizer.write(decoder.decode(piece, { stream: true }));
    await pause();
  }
  tokenizer.write(decoder?.decode() ?? "");
  tokenizer.end();
}

export type UnitHandlers = {
  /** Local names of elements that come whole, as trees; not one inside another. */
  units: { has(local: string): boolean };
  skip?: ReadonlySet<string>;
  unit(tree: XmlElement): void;
  /** Elements around units. Text between them is passed over. */
  open?(element: XmlElement): void;
  close?(local: string): void;
};

/** Elements of one unit: each takes some 100 bytes. */
const LARGEST = 2_000_000;

/** The same, with some elements told as trees. */
export function readUnits(
  pieces: AsyncIterable<Uint8Array>,
  { units, unit, skip, ...around }: UnitHandlers,
  reading: Reading,
): Promise<void> {
  const path: XmlElement[] = [];
  let size = 0;
  const handlers: TokenHandlers = {
    open(element) {
      const parent = path.at(-1);
      if (parent) {
        if (++size > LARGEST)
          throw new AppError("file.beyond_limits", `A part of it has more than ${LARGEST} elements`);
        parent.add(element);
      } else if (units.has(element.local)) size = 0;
      else return around.open?.(element);
      path.push(element);
    },
    close(local) {
      const element = path.pop();
      if (!element) around.close?.(local);
      else if (path.length === 0) unit(element);
    },
    text(text) {
      path.at(-1)?.add(text);
    },
  };
  return tokenize(pieces, skip ? { ...handlers, skip } : handlers, reading);
}

/** A whole part as a tree; for parts that are small by nature. */
export async function readTree(pieces: AsyncIterable<Uint8Array>, reading: Reading): Promise<XmlElement> {
  const top = new XmlElement("", "", "", null);
  await readUnits(pieces, { units: { has: () => true }, unit: (tree) => top.add(tree) }, reading);
  return elements(top)[0] ?? top;
}

export const elements = (of: XmlElement | undefined): XmlElement[] =>
  (of?.children.filter((one) => typeof one !== "string") as XmlElement[] | undefined) ?? [];

export const childOf = (of: XmlElement | undefined, local: string): XmlElement | undefined =>
  elements(of).find((one) => one.local === local);

/** A way down from an element, by local names. */
export const downTo = (of: XmlElement | undefined, ...locals: string[]): XmlElement | undefined =>
  locals.reduce<XmlElement | undefined>((at, local) => childOf(at, local), of);

/** All below it with this name, in the order of the document. */
export function* allOf(of: XmlElement | undefined, local: string): Generator<XmlElement> {
  for (const one of elements(of)) {
    if (one.local === local) yield one;
    yield* allOf(one, local);
  }
}

export const textOf = (of: XmlElement | undefined): string =>
  of?.children.map((one) => (typeof one === "string" ? one : textOf(one))).join("") ?? "";

/** By its first bytes: https://www.w3.org/TR/xml/#sec-guessing */
function encodingOf(first: Uint8Array): string {
  const [a, b, c] = first;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return "utf-16le";
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return "utf-16be";
  const head = Buffer.from(first.subarray(0, 200)).toString("latin1");
  const named = /<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(named).encoding;
  } catch {
    return "utf-8";
  }
}
