/** What a writer makes of a point of criticism: which words it means, and whether they have that fault. */
import { slipsIn } from "./arithmetic.ts";
import { fits, flawOf, type MissingFlaw, readAnswer, type SaidFlaw, saidFlaws, wrongSum } from "./flaws.ts";
import { missingFlaws } from "./flaws-missing.ts";
import type { Critique } from "./read.ts";
import { type Sentence, sentencesOf } from "./text.ts";
import { type Topic, topicOf } from "./topic.ts";

export type Reading =
  | { type: "said"; flaw: SaidFlaw | typeof wrongSum; sentence: Sentence }
  | { type: "missing"; flaw: MissingFlaw }
  | { type: "other"; sentence: Sentence | null }
  | { type: "unfounded"; reason: string };

export function readingOf(critique: Critique, text: string, topic: Topic): Reading {
  if (critique.quote !== "") {
    const sentence = located(critique.quote, text);
    if (!sentence) return { type: "unfounded", reason: "The quoted words do not stand in the answer." };
    if (sentence.code) return { type: "other", sentence };
    if (slipsIn(sentence.text).length > 0) return { type: "said", flaw: wrongSum, sentence };
    const idle = saidFlaws.find(({ repair, about }) => repair === "" && about.test(critique.point));
    const flaw = flawOf(sentence.text) ?? idle ?? null;
    return flaw ? { type: "said", flaw, sentence } : { type: "other", sentence };
  }
  const known = missingFlaws.filter((each) => fits(each, topic.domain));
  const flaw =
    known.find(({ points }) => points.some((point) => critique.point.includes(point))) ??
    known.find(({ about }) => about.test(critique.point)) ??
    known.find(({ about }) => about.test(critique.suggestion));
  if (!flaw) {
    const said = saidFlaws.find(({ about }) => about.test(critique.point));
    const sentence = said ? sentencesOf(text).find((each) => !each.code && said.seen(each.text, new Set())) : undefined;
    return said && sentence ? { type: "said", flaw: said, sentence } : { type: "other", sentence: null };
  }
  if (!flaw.missing(readAnswer(text), topic) && flaw.points.some((point) => critique.point.includes(point))) {
    return { type: "unfounded", reason: "The answer holds this already." };
  }
  return { type: "missing", flaw };
}

/** The sentence that the quote is taken from, or the first of those that it spans. */
function located(quote: string, text: string): Sentence | null {
  const wanted = quote
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase()
    .replace(/…$|\.\.\.$/, "");
  if (wanted === "") return null;
  const all = sentencesOf(text).map((sentence) => ({
    sentence,
    read: sentence.text.replace(/\s+/g, " ").toLowerCase(),
  }));
  const found =
    all.find(({ read }) => read.includes(wanted)) ??
    all.find(({ read, sentence }) => read.length > 20 && !sentence.code && wanted.includes(read));
  return found?.sentence ?? null;
}

/** The phrase that a free criticism is mainly about. */
export const subjectOf = ({ point, suggestion }: Critique): string | null => {
  const { terms, own } = topicOf((suggestion || point).slice(0, 1_000));
  return own > 0 ? (terms[0] ?? null) : null;
};
