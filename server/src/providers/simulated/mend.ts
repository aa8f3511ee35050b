/** Changing a text in one place and leaving the rest as it is. */

import { slipsIn } from "./arithmetic.ts";
import { chanceOf } from "./chance.ts";
import { type Reading, subjectOf } from "./criticism.ts";
import type { Section } from "./draft.ts";
import { opening } from "./languages.ts";
import type { Critique } from "./read.ts";
import { capital, replaced, type Sentence, sentencesOf, tidy } from "./text.ts";
import { fill, type Topic } from "./topic.ts";

/** The text with one point of criticism met. `drafted`: what a fuller answer would hold. */
export function mended(
  text: string,
  reading: Reading,
  critique: Critique,
  topic: Topic,
  drafted: readonly Section[],
): string {
  if (reading.type === "unfounded") return text;
  if (reading.type === "other") return adjusted(text, reading.sentence, critique, topic);
  if (reading.type === "missing") {
    const { flaw } = reading;
    if (flaw.name === "wall_of_text") return brokenUp(text);
    const fuller = drafted.find(({ against }) => against === flaw.name)?.text;
    const known = fuller !== undefined && text.includes(fuller);
    return added(text, known ? fill(flaw.add[0], topic) : (fuller ?? fill(flaw.add[0], topic)), flaw.place);
  }
  const { flaw, sentence } = reading;
  if (!("repair" in flaw)) return replaced(text, sentence, summed(sentence));
  const repair = fill(topic.domain === "creative" && flaw.repair !== "" ? lineFor(sentence) : flaw.repair, topic);
  return replaced(text, sentence, text.includes(repair) ? "" : repair);
}

/** In a creative piece a correction must not sound like one. */
const lineFor = ({ text }: Sentence): string => chanceOf("line", text).pick(lines);

const lines = [
  "Under it all lay {b}, patient as a tide.",
  "Somebody had to carry {b} home, and it was late.",
  "Nobody spoke of {c}, and everybody listened for it.",
  "It began with {b}, as such things do, and it did not end there.",
] as const;

/** A sentence with its wrong equations put right. */
const summed = ({ text }: Sentence): string =>
  slipsIn(text).reduce((read, slip) => read.replace(slip.wrong, () => slip.right), text);

/** Criticism of a kind the catalogue does not know: its subject is taken up where it belongs. */
function adjusted(text: string, sentence: Sentence | null, critique: Critique, topic: Topic): string {
  const subject = subjectOf(critique) ?? topic.terms[0] ?? "the question";
  const more = fill(
    `On ${subject}: this deserves a closer look, since it bears on {a} and shows what one would miss without {b}.`,
    topic,
  );
  if (text.includes(more)) return text;
  if (sentence && !sentence.code && critique.severity === "minor") {
    return sentence.text.startsWith("Put simply") ? text : replaced(text, sentence, `Put simply: ${sentence.text}`);
  }
  if (!sentence || sentence.code) return added(text, capital(more), "before_end");
  return `${text.slice(0, sentence.end)} ${more}${text.slice(sentence.end)}`;
}

/** Before the last paragraph, or after it; a block of code stays whole. */
function added(text: string, what: string, place: "end" | "before_end"): string {
  const last = sentencesOf(text).at(-1);
  const start = last && !last.code ? text.lastIndexOf("\n\n", last.start) : -1;
  if (place === "end" || start <= 0) return tidy(`${text}\n\n${what}`);
  return tidy(`${text.slice(0, start)}\n\n${what}${text.slice(start)}`);
}

/** Three sentences to a paragraph. */
function brokenUp(text: string): string {
  let result = "";
  let from = 0;
  let run = 0;
  for (const sentence of sentencesOf(text)) {
    const gap = text.slice(from, sentence.start);
    run = sentence.code || gap.includes("\n") ? 0 : run + 1;
    result += run > 0 && run % 3 === 0 ? "\n\n" : gap;
    result += sentence.text;
    from = sentence.end;
  }
  return tidy(result + text.slice(from));
}

/** The paragraphs of a text, blocks of code whole; those that more sentences may be added to are `prose`. */
export function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  let fenced = false;
  for (const paragraph of text.split(/\n{2,}/)) {
    const fences = paragraph.split("\n```").length - (paragraph.startsWith("```") ? 0 : 1);
    const last = sections.at(-1);
    if (fenced && last) last.text += `\n\n${paragraph}`;
    else if (fences > 0 || opening.test(paragraph) || paragraph.length < 60) sections.push({ text: paragraph });
    else sections.push({ text: paragraph, prose: true });
    if (fences % 2 === 1) fenced = !fenced;
  }
  return sections;
}
