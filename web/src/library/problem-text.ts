/** What a refusal says, read from its body as it came. Pure. */

/** In a sentence; null: it is no problem report of ours. */
export const detailOfText = (body: string): string | null => fieldOf(body, "detail");
export const codeOfText = (body: string): string | null => fieldOf(body, "code");

/** Nobody answers who could tell: no line, a proxy before a server that is not there, a server that is leaving or has too much to do. */
export const isCut = (status: number, body: string): boolean =>
  status === 0 || [429, 502, 503, 504].includes(status) || (status >= 500 && codeOfText(body) === null);

function fieldOf(body: string, name: string): string | null {
  try {
    const value: unknown = JSON.parse(body)?.[name];
    return typeof value === "string" && value !== "" ? value : null;
  } catch {
    return null;
  }
}
