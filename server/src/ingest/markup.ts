/** XML as a stream of events, bounded in depth, and without what an entity or a DTD could do. */
import { SaxesParser, type SaxesTagNS } from "saxes";
import { AppError } from "../errors.ts";

/** `local` is the name without its prefix. */
export type Element = {
  name: string;
  local: string;
  uri: string;
  attribute(local: string, uri?: string): string | undefined;
  attributes(): readonly { name: string; local: string; value: string }[];
};

export type XmlHandlers = {
  open?(element: Element): void;
  close?(local: string, name: string): void;
  text?(text: string): void;
};

/**
 * Parses what comes, piece by piece; `pause` is awaited between pieces. Entities of the document's own are never expanded.
 * Throws `file.beyond_limits` where elements nest deeper than `depth`, `file.unreadable` where it is not well-formed: what came
 * before has been told.
 */
export async function readXml(
  pieces: AsyncIterable<Uint8Array>,
  handlers: XmlHandlers,
  { depth, pause }: { depth: number; pause(): Promise<void> },
): Promise<void> {
  const parser = new SaxesParser({ xmlns: true, position: true });
  let level = 0;
  parser.on("error", (error) => {
    // An entity of its own: the text stands as written.
    if (/undefined entity|disallowed character in entity name/i.test(error.message)) return;
    throw new AppError("file.unreadable", `Its XML is not well-formed: ${error.message.slice(0, 200)}`);
  });
  parser.on("opentag", (tag) => {
    if (++level > depth) throw new AppError("file.beyond_limits", `Its elements nest deeper than ${depth}`);
    handlers.open?.(elementOf(tag as SaxesTagNS));
  });
  parser.on("closetag", (tag) => {
    level--;
    handlers.close?.((tag as SaxesTagNS).local, tag.name);
  });
  parser.on("text", (text) => handlers.text?.(text));
  parser.on("cdata", (text) => handlers.text?.(text));
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const piece of pieces) {
    decoder ??= new TextDecoder(encodingOf(piece));
    parser.write(decoder.decode(piece, { stream: true }));
    await pause();
  }
  parser.write(decoder?.decode() ?? "").close();
}

const elementOf = (tag: SaxesTagNS): Element => ({
  name: tag.name,
  local: tag.local,
  uri: tag.uri,
  attributes: () => Object.values(tag.attributes),
  attribute(local, uri) {
    for (const attribute of Object.values(tag.attributes))
      if (attribute.local === local && (uri === undefined || attribute.uri === uri)) return attribute.value;
    return undefined;
  },
});

/** By its first bytes: https://www.w3.org/TR/xml/#sec-guessing */
function encodingOf(first: Uint8Array): string {
  const [a, b] = first;
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
