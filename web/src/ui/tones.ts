/** Tints: always beside a number or a word, never alone. Pure. */
export type Tone = "good" | "fair" | "bad" | "accent" | "none";

/** Of a score, 1 to 10. */
export const toneOf = (score: number | null): Tone =>
  score === null ? "none" : score >= 8 ? "good" : score >= 6 ? "fair" : "bad";

const HUES = 8;

/** A colour of its own for each of the eight that stand beside each other; by its name where nothing is known of them. */
export function hueOf(name: string, place: number | undefined): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) % 65_521;
  return `var(--m${(place ?? sum) % HUES})`;
}

const PREFIX = "simulated-";

/** A model's name as it is shown: that it is simulated is said by a tag. */
export const nameOf = (modelName: string): string =>
  modelName.startsWith(PREFIX) ? modelName.slice(PREFIX.length) : modelName;
