/** What a column gives and takes. Numbers, times (RFC 3339) and arrays arrive as on the wire: see `text-format.ts`. */
import type { ColumnType } from "kysely";
import type { JsonOf } from "./database.ts";

/** May be left out of an insert. */
export type Defaulted<T> = ColumnType<T, T | undefined, T>;

/** Computed by the database, never written. */
export type GeneratedAlways<T> = ColumnType<T, never, never>;

/** Written with `json(...)` only. */
export type Json<T> = ColumnType<T, JsonOf<T>, JsonOf<T>>;
export type DefaultedJson<T> = ColumnType<T, JsonOf<T> | undefined, JsonOf<T>>;
export type NullableJson<T> = ColumnType<T | null, JsonOf<T> | null | undefined, JsonOf<T> | null>;
