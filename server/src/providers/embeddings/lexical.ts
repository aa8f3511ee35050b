/**
 * Vectors of words and parts of words, without a model: what stands in until one is there, and on machines that never get one.
 *
 * Each word (by its stem) and each run of 4 and of 5 letters in it is hashed to one of the dimensions, with a sign. Words that stand
 * in every text are left out. Scripts without spaces give single characters and pairs. Measured on Cranfield, similarity alone,
 * nDCG@10: words alone .41, with runs of letters .42-.43, with pairs of words .42, 384 dimensions .41, 1024 .45, without hashing
 * .47 (BM25 .51). 448 is the most that the database keeps inside its rows: more makes an exact search several times slower.
 */
import type { Embedding } from "../embedding.ts";

const DIMENSIONS = 448;
const RUN_WEIGHT = 0.25;

/** Another way to count is another model: give it another name. */
export const lexical: Embedding = {
  model: "lexical",
  kind: "lexical",
  dimensions: DIMENSIONS,
  async embed(texts, signal) {
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      vectors.push(vectorOf(text));
      // 1000 characters take half a millisecond: others want to run too.
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
    return vectors;
  },
};

/** Of a longer text the rest is passed over. */
const LONGEST = 20_000;

/** A text without words is a vector all the same: that of the empty word. */
function vectorOf(text: string): Float32Array {
  const features = featuresOf(text.slice(0, LONGEST));
  if (features.size === 0) features.set("", { count: 1, weight: 1 });
  const vector = new Float32Array(DIMENSIONS);
  for (const [feature, { count, weight }] of features) {
    const hash = hashOf(feature);
    const place = hash % DIMENSIONS;
    vector[place] = (vector[place] ?? 0) + (hash & 0x40000000 ? weight : -weight) * (1 + Math.log(count));
  }
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  // All of it may cancel out.
  if (length === 0) vector[0] = 1;
  else for (const [place, value] of vector.entries()) vector[place] = value / length;
  return vector;
}

type Features = Map<string, { count: number; weight: number }>;

function featuresOf(text: string): Features {
  const features: Features = new Map();
  const add = (feature: string, weight: number) => {
    const known = features.get(feature);
    if (known) known.count++;
    else features.set(feature, { count: 1, weight });
  };
  for (const [word] of foldedOf(text).matchAll(/[\p{L}\p{N}]+/gu)) {
    if (UNSPACED.test(word)) addUnspaced(word, add);
    else if (!everywhere.has(word)) addWord(word, add);
  }
  return features;
}

/** As people write it, without the differences that mean nothing. */
const foldedOf = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

function addUnspaced(word: string, add: (feature: string, weight: number) => void): void {
  let before = "";
  for (const character of word) {
    add(character, 0.5);
    if (before !== "") add(before + character, 1);
    before = character;
  }
}

/** Runs of a word that is no word are not worth their time. */
const LONGEST_WORD = 40;

function addWord(word: string, add: (feature: string, weight: number) => void): void {
  add(`w${stemOf(word)}`, 1);
  const framed = `<${word.slice(0, LONGEST_WORD)}>`;
  for (const length of [4, 5])
    for (let at = 0; at + length <= framed.length; at++) add(framed.slice(at, at + length), RUN_WEIGHT);
}

/** Crude: endings of English that mean the same. */
const stemOf = (word: string): string =>
  word
    .replace(/(?:ies|ied)$/, "y")
    .replace(/sses$/, "ss")
    .replace(/(?<=[a-z]{3})(?:ing|ed|ly|es|s)$/, "");

/** FNV-1a with the last steps of murmur3, which spread it over all bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** English, German, French and Spanish, as `foldedOf` leaves them. */
const everywhere = new Set(
  `a about above after again against all also am an and any are as at be because been before being below between both but by can
could did do does doing down during each few for from further had has have having he her here hers him his how i if in into is it
its itself just like may me might more most must my no nor not now of off on once one only or other our out over own same shall she
should so some such than that the their them then there these they this those through to too under until up upon us very was we were
what when where which while who whom why will with within without would you your
aber als am an auch auf aus bei bin bis das dass dem den der des die doch du ein eine einem einen einer eines er es fur hat ich ihr
im ist kann mit nach nicht noch nur oder sich sie sind so uber um und uns unter vom von vor war was wenn werden wie wir wird zu zum
zur au aux avec ce ces dans de du elle en est et il je la le les leur mais ne nous ou par pas pour qu que qui sa se ses son sont sur
un une vous con como del el ella es esta este fue la las lo los mas no nos para pero por que se si sin su sus una y ya`.split(
    /\s+/,
  ),
);
