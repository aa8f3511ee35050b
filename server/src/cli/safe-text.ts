/**
 * Text made safe for a terminal. Prompts, answers and names are untrusted: a planted escape sequence could recolour the
 * screen, move the cursor over what was printed, set the window's title or turn words around.
 */

/** Embeddings, overrides and isolates: they show text in another order than it is in. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]/g;
const CONTROL = /(?![\t\n])\p{Cc}/gu;

/** Keeps line breaks and tabs; shows other control characters as pictures of themselves. Works piece by piece. */
export const safe = (text: string): string =>
  text
    .replaceAll("\r", "")
    .replace(DIRECTION, "")
    .replace(/[\u2028\u2029]/g, "\n")
    .replace(CONTROL, picture);

/** The same, in one line. */
export const safeLine = (text: string): string => safe(text).replace(/\s+/g, " ").trim();

const picture = (character: string): string => {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
};
