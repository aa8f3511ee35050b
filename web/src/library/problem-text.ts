/** What a refusal says, read from its body as it came. Pure. */

/** In a sentence; null: it is no problem report of ours. */
export const detailOfText = (body: string): string | null => fieldOf(body, "detail");
export const codeOfText = (body: string): string | null => fieldOf(body, "code");

function fieldOf(body: string, name: string): string | null {
  try {
    const value: unknown = JSON.parse(body)?.[name];
    return typeof value === "string" && value !== "" ? value : null;
  } catch {
    return null;
  }
}
