/** Which bytes of a whole are asked for, and how a file is handed out under its own name. */

export type Bytes = { start: number; end: number };

/**
 * One range of RFC 9110, 14.2; `end` is the last byte, included. Null: the whole, also where the header is none of ours
 * (other units, several ranges, nonsense), which may be passed over. "none": there are no such bytes.
 */
export function rangeOf(header: string | undefined, size: number): Bytes | "none" | null {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "") ?? [];
  if (from === "" && to === "") return null;
  if (from === "") return lastBytes(Number(to), size);
  const start = Number(from);
  if (to !== "" && Number(to) < start) return null;
  if (start >= size) return "none";
  return { start, end: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
}

const lastBytes = (count: number, size: number): Bytes | "none" =>
  count === 0 || size === 0 ? "none" : { start: Math.max(0, size - count), end: size - 1 };

/** RFC 6266: a plain name for old clients, and the name as it is. Neither can leave its place in the header. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const exact = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
