/**
 * What can be wrong with an answer, and how to see it in the words alone.
 *
 * The same catalogue serves the writer (which makes these mistakes), the evaluator (which finds them) and the refiner
 * (which repairs them); each of them sees only text, so a text by anybody else is treated alike.
 */
import type { Criterion, Domain, Severity } from "@orchestratex/sdk/contract";
import { slipsIn } from "./arithmetic.ts";
import { claimFlaws } from "./flaws-claims.ts";
import { missingFlaws } from "./flaws-missing.ts";
import { styleFlaws } from "./flaws-style.ts";
import { type Sentence, sentencesOf, wordsOf } from "./text.ts";
import type { Topic } from "./topic.ts";

type Common = {
  name: string;
  criterion: Criterion;
  severity: Severity;
  /** Where it is made and looked for; everywhere when absent. */
  domains?: readonly Domain[];
  /** What a criticism of it talks about. */
  about: RegExp;
  points: readonly [string, ...string[]];
  suggestion: string;
  /** What the refiner says it did. */
  done: string;
};

/** One sentence that should not stand so. `repair` replaces it; empty: it goes. */
export type SaidFlaw = Common & {
  wordings: readonly [string, string, ...string[]];
  /** `before`: the sentences read so far, in lower case. */
  seen: (sentence: string, before: ReadonlySet<string>) => boolean;
  repair: string;
};

/** Something the answer lacks. `add` is written before its last paragraph, or at the end. */
export type MissingFlaw = Common & {
  missing: (answer: Read, topic: Topic) => boolean;
  add: readonly [string, ...string[]];
  place: "end" | "before_end";
};

export const saidFlaws: readonly SaidFlaw[] = [...claimFlaws, ...styleFlaws];

/** An answer as a reader takes it in. */
export type Read = { text: string; sentences: Sentence[]; words: string[]; code: boolean };

export type Finding = {
  name: string;
  criterion: Criterion;
  severity: Severity;
  points: readonly [string, ...string[]];
  suggestion: string;
  /** The flawed sentence; null when something is missing. */
  sentence: Sentence | null;
};

export function readAnswer(text: string): Read {
  const sentences = sentencesOf(text);
  return { text, sentences, words: wordsOf(text), code: sentences.some(({ code }) => code) };
}

/** Everything the catalogue sees in an answer to this prompt, in reading order, omissions last. */
export function findingsIn(answer: Read, topic: Topic): Finding[] {
  const found: Finding[] = [];
  const said = saidFlaws.filter((flaw) => fits(flaw, topic.domain));
  const before = new Set<string>();
  for (const sentence of answer.sentences) {
    if (sentence.code) continue;
    const read = sentence.text.slice(0, 1_000);
    const flaw = said.find(({ seen }) => seen(read, before));
    if (flaw) found.push({ ...flaw, sentence });
    else if (slipsIn(read).length > 0) found.push({ ...wrongSum, sentence });
    before.add(read.toLowerCase());
  }
  for (const flaw of missingFlaws) {
    if (fits(flaw, topic.domain) && flaw.missing(answer, topic)) found.push({ ...flaw, sentence: null });
  }
  return found;
}

export const fits = ({ domains }: { domains?: readonly Domain[] }, domain: Domain): boolean =>
  domains === undefined || domains.includes(domain);

/** The flaw of wording that one sentence shows, read by itself. */
export const flawOf = (sentence: string): SaidFlaw | null =>
  saidFlaws.find(({ seen }) => seen(sentence.slice(0, 1_000), new Set())) ?? null;

/** Checked by computing, so its wordings and its repair cannot be a list. */
export const wrongSum = {
  name: "wrong_sum",
  criterion: "accuracy",
  severity: "critical",
  about: /arithmetic|miscalculat|wrong (?:sum|result|value)|calculation/i,
  points: ["The calculation is wrong.", "The arithmetic in this step does not hold."],
  suggestion: "Compute it again.",
  done: "Corrected the calculation.",
} as const;
