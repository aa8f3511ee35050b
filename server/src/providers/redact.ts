/** Making a vendor's words fit to be shown: bounded, without keys, without what we asked. */

const LONGEST = 500;
/** So many characters in a row, of what we asked, are no coincidence. */
const WINDOW = 24;
const STEP = 12;

/** What looks like a key, or like one with its middle starred out. */
const keyLike = /(?:\b(?:sk-|pk-|xai-|gsk_|AIza)|\bBearer\s+)[\w*.…-]{4,}|[\w-]*\*{3,}[\w-]*/g;

const escaped = (text: string): string => text.replace(/[^\w]/g, "\\$&");

/** A key is found by its first characters, because vendors quote keys in part. */
const quoted = (secret: string): RegExp => new RegExp(`${escaped(secret.slice(0, 6))}[\\w*.…%=+/-]*`, "g");

export function redacted(words: string, secrets: readonly string[], prompt: readonly string[]): string {
  let shown = words;
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    for (const form of [secret, encodeURIComponent(secret)]) shown = shown.replaceAll(form, "[key]");
    shown = shown.replace(quoted(secret), "[key]");
  }
  return withoutEcho(shown.replace(keyLike, "[key]").slice(0, LONGEST), prompt).trim();
}

function withoutEcho(words: string, prompt: readonly string[]): string {
  let shown = words;
  for (let at = 0; at + WINDOW <= shown.length; at += STEP) {
    let [start, end] = [at, at + WINDOW];
    const source = prompt.find((text) => text.includes(shown.slice(start, end)));
    if (source === undefined) continue;
    while (start > 0 && source.includes(shown.slice(start - 1, end))) start -= 1;
    while (end < shown.length && source.includes(shown.slice(start, end + 1))) end += 1;
    shown = `${shown.slice(0, start)}[…]${shown.slice(end)}`;
    at = start;
  }
  return shown;
}
