/** Tints: always beside a number or a word, never alone. Pure. */
export type Tone = "good" | "fair" | "bad" | "accent" | "none";

/** Of a score, 1 to 10, as it is shown: with one digit. */
export function toneOf(score: number | null): Tone {
  if (score === null) return "none";
  const shown = Math.round(score * 10) / 10;
  return shown >= 8 ? "good" : shown >= 6 ? "fair" : "bad";
}

const HUES = 8;

/** By its name, the same on every page. With this factor the eight simulated models have a colour each. */
export function hueOf(name: string): number {
  let sum = 7;
  for (const letter of name) sum = (Math.imul(sum, 659) + letter.charCodeAt(0)) >>> 0;
  return (sum >>> 16) % HUES;
}

/** Of models that stand beside each other: where two have the same colour, the later one takes the next that is free. */
export function huesOf(names: readonly string[]): ReadonlyMap<string, number> {
  const hues = new Map<string, number>();
  const taken = new Set<number>();
  for (const name of names) {
    let hue = hueOf(name);
    for (let step = 0; step < HUES && taken.has(hue); step++) hue = (hue + 1) % HUES;
    taken.add(hue);
    hues.set(name, hue);
  }
  return hues;
}

const PREFIX = "simulated-";

/** A model's name as it is shown: that it is simulated is said by a tag. */
export const nameOf = (modelName: string): string =>
  modelName.startsWith(PREFIX) ? modelName.slice(PREFIX.length) : modelName;
