/** Several places as one: where the first begins, as far as the last. */
import type { Place } from "@orchestratex/sdk/contract";
import type { Piece } from "./chunk-cut.ts";

/**
 * Page, slide, sheet, time and path are the first piece's; lines and cells span all of them; the heading is that of the first piece
 * which is none itself; part and symbol are told only when all pieces are of the same.
 */
export function mergedPlace(pieces: readonly Piece[]): Place {
  const [first] = pieces;
  if (!first) return {};
  const { part, symbol, cells, line, line_end, heading, ...rest } = first.place;
  const places = pieces.map(({ place }) => place);
  const under = pieces.find(({ kind }) => kind !== "heading")?.place.heading ?? heading;
  const range = cells === undefined ? undefined : spanOf(places.flatMap((place) => place.cells ?? []));
  const last = places.reduce((most, place) => Math.max(most, place.line_end ?? place.line ?? 0), 0);
  const from = places.reduce((least, place) => Math.min(least, place.line ?? least), line ?? line_end ?? 0);
  return {
    ...rest,
    ...(range !== undefined && { cells: range }),
    ...(under !== undefined && under.length > 0 && { heading: under }),
    ...(from > 0 && { line: from, line_end: Math.max(from, last) }),
    ...(part !== undefined && places.every((place) => place.part === part) && { part }),
    ...(symbol !== undefined && places.every((place) => place.symbol === symbol) && { symbol }),
  };
}

/** `A1:C1` and `A2:D2`: `A1:D2`. What is not in A1 notation is passed over; undefined: all of it. */
function spanOf(ranges: readonly string[]): string | undefined {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (const [, column = "", row] of ranges.flatMap((range) => [...range.matchAll(/\$?([A-Z]{1,3})\$?(\d{1,7})/g)])) {
    const x = [...column].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, Number(row));
    bottom = Math.max(bottom, Number(row));
  }
  if (right === 0) return undefined;
  const from = `${lettersOf(left)}${top}`;
  const to = `${lettersOf(right)}${bottom}`;
  return from === to ? from : `${from}:${to}`;
}

const lettersOf = (column: number): string =>
  column === 0 ? "" : lettersOf(Math.floor((column - 1) / 26)) + String.fromCharCode(65 + ((column - 1) % 26));
