/** The tags of HTML, however broken and however deep. */
import { Parser } from "htmlparser2";

export type TagHandlers = {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
  text(text: string): void;
};

/** Characters at a time. */
const SLICE = 8192;

/**
 * The parser's own work grows with the square of the depth [200 000 nested `div`: 32 s], so that below `depth` its elements are
 * closed and it begins anew, at the end of a tag: the text stays, what it was nested in is forgotten.
 */
export async function readTags(
  pieces: AsyncIterable<string>,
  handlers: TagHandlers,
  { depth, pause }: { depth: number; pause(length: number): Promise<void> },
): Promise<void> {
  let level = 0;
  const start = () =>
    new Parser(
      {
        onopentag(name, attributes) {
          level++;
          handlers.open(name, attributes);
        },
        onclosetag(name) {
          level--;
          handlers.close(name);
        },
        ontext: (text) => handlers.text(text),
      },
      { decodeEntities: true },
    );
  let parser = start();
  for await (const piece of pieces)
    for (let at = 0; at < piece.length; ) {
      const tagEnd = level > depth ? piece.indexOf(">", at) + 1 : 0;
      const end = tagEnd > at ? tagEnd : Math.min(at + SLICE, piece.length);
      parser.write(piece.slice(at, end));
      if (level > depth && tagEnd > at) {
        parser.end();
        [parser, level] = [start(), 0];
      }
      await pause(end - at);
      at = end;
    }
  parser.end();
}
