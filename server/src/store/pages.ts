/**
 * Lists in pages, newest first or oldest first: a cursor is the place of the last item, so that new items never shift a page.
 * One of another list, or of other filters, is a place all the same: the page begins there.
 */
import { type SqlBool, sql } from "kysely";
import { AppError } from "../errors.ts";

export type Page = { limit: number; cursor?: string | undefined };
export type PageOf<Item> = { items: Item[]; next_cursor: string | null };

/** Where an item stands: its time to the millisecond (as our columns keep it), and its id. */
type Place = { at: string; id: string };

/** `(at, id) < cursor`, for rows ordered by both, descending. */
export const after = (at: string, id: string, cursor: string | undefined) => {
  if (cursor === undefined) return sql<SqlBool>`true`;
  const place = placeOf(cursor);
  return sql<SqlBool>`(${sql.ref(at)}, ${sql.ref(id)}) < (${place.at}::timestamptz, ${place.id}::uuid)`;
};

/** `(at, id) > cursor`, for rows ordered by both, ascending. */
export const beyond = (at: string, id: string, cursor: string | undefined) => {
  if (cursor === undefined) return sql<SqlBool>`true`;
  const place = placeOf(cursor);
  return sql<SqlBool>`(${sql.ref(at)}, ${sql.ref(id)}) > (${place.at}::timestamptz, ${place.id}::uuid)`;
};

/** A filter that was given; any value passes one that was not. */
export const is = (column: string, value: string | number | boolean | undefined) =>
  value === undefined ? sql<SqlBool>`true` : sql<SqlBool>`${sql.ref(column)} = ${value}`;

/** From `limit + 1` rows: the page, and the cursor of the next if there is one. */
export const pageOf = <Row, Item>(
  rows: Row[],
  limit: number,
  place: (row: Row) => Place,
  item: (row: Row) => Item,
): PageOf<Item> => {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(item), next_cursor: last === undefined ? null : cursorOf(place(last)) };
};

export const cursorOf = ({ at, id }: Place) => Buffer.from(`${at} ${id}`).toString("base64url");

const placeShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const placeOf = (cursor: string): Place => {
  const [at = "", id = "", ...rest] = Buffer.from(cursor, "base64url").toString().split(" ");
  const isPlace = placeShape.test(`${at} ${id}`) && !Number.isNaN(Date.parse(at)) && rest.length === 0;
  if (!isPlace) {
    throw new AppError("request.invalid", "The cursor is not one of ours: take next_cursor of the page before", {
      errors: [{ path: "cursor", problem: "must be the next_cursor of a page" }],
    });
  }
  return { at, id };
};
