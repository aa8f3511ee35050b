/** How a simulated model answers its critics: it accepts or disputes each point, and writes the answer again. */
import { NOTES_MARK, type RefinerNotes } from "@orchestratex/sdk/contract";
import { woven } from "./answer.ts";
import type { Chance } from "./chance.ts";
import { type Reading, readingOf } from "./criticism.ts";
import { draftOf, type Section } from "./draft.ts";
import { findingsIn, fits, readAnswer, saidFlaws } from "./flaws.ts";
import { opening, openingIn } from "./languages.ts";
import { mended, sectionsOf } from "./mend.ts";
import type { Mind } from "./minds.ts";
import type { Critique, Task } from "./read.ts";
import { paragraphs, tidy } from "./text.ts";
import { fill, type Topic } from "./topic.ts";
import { languageAsked, worked } from "./wishes.ts";

type Day = "good" | "stubborn" | "bad";

export function revised(task: Task, topic: Topic, mind: Mind, chance: Chance): string {
  const draw = chance.next();
  const day: Day = draw < 0.12 ? "bad" : draw < 0.27 ? "stubborn" : "good";
  const skill = mind.skill[topic.domain];
  const notes = {
    accepted: [] as string[],
    disputed: [] as RefinerNotes["disputed"],
    specific_improvements: [] as RefinerNotes["specific_improvements"],
  };
  const drafted = draftOf(topic, chance, task.passages);
  let text = task.answer;
  for (const critique of inOrder(task.criticisms)) {
    const reading = readingOf(critique, text, topic);
    const reason = objection(critique, reading, day, skill, notes.accepted.length, chance);
    if (reason !== null) {
      notes.disputed.push({ id: critique.id, reason });
      continue;
    }
    const after = mended(text, reading, critique, topic, drafted);
    notes.accepted.push(critique.id);
    notes.specific_improvements.push({
      criticism_point: critique.id,
      improvement_made: doneAbout(critique, reading),
      justification: justification(critique),
    });
    text = after;
  }
  notes.accepted.sort(byPlace(task));
  const [first] = task.criticisms;
  const fresh = task.wishes.filter((wish) => wish.fresh);
  if (first && notes.accepted.length + fresh.length === 0)
    text = mended(text, { type: "other", sentence: null }, first, topic, []);
  text = slipped(text, day, skill, topic, chance);
  if (!first && fresh.length === 0) text = selfMended(text, topic, drafted);
  for (const wish of task.wishes) {
    const { text: after, done } = worked(text, wish, topic);
    text = after;
    if (!wish.fresh) continue;
    notes.accepted.push(wish.id);
    const improvement = { improvement_made: done, justification: "The user asked for it." };
    notes.specific_improvements.push({ criticism_point: wish.id, ...improvement });
  }
  const language = task.wishes.map(languageAsked).findLast((asked) => asked !== null) ?? topic.language;
  text = signed(text, { ...topic, language }, mind);
  return task.notes ? `${text}\n\n${NOTES_MARK}\n${JSON.stringify(notesOf(notes, day, skill, topic, chance))}` : text;
}

/** With nobody's help: the worst faults that its own eye finds. */
function selfMended(text: string, topic: Topic, drafted: readonly Section[]): string {
  const found = findingsIn(readAnswer(text), topic)
    .sort((a, b) => Number(b.severity === "critical") - Number(a.severity === "critical"))
    .slice(0, 2);
  return found.reduce((read, { points, sentence, criterion, severity, suggestion }) => {
    const quote = sentence?.text ?? "";
    const critique: Critique = { id: "", point: points[0] ?? "", criterion, severity, quote, suggestion };
    return mended(read, readingOf(critique, read, topic), critique, topic, drafted);
  }, text);
}

const byPlace = ({ criticisms }: Task) => {
  const place = (id: string) => criticisms.findIndex((critique) => critique.id === id);
  return (a: string, b: string): number => place(a) - place(b);
};

/** What stands in the text is mended first, what is missing is added afterwards. */
const inOrder = (criticisms: readonly Critique[]): Critique[] =>
  [...criticisms.slice(0, 50)].sort((a, b) => Number(a.quote === "") - Number(b.quote === ""));

/** Null: accepted. */
function objection(
  critique: Critique,
  reading: Reading,
  day: Day,
  skill: number,
  accepted: number,
  chance: Chance,
): string | null {
  if (reading.type === "unfounded") return reading.reason;
  const minor = critique.severity === "minor";
  if (day === "stubborn" && !(minor && accepted === 0)) return chance.pick(stubborn);
  if (day === "bad" && chance.hit(0.5)) return chance.pick(stubborn);
  if (reading.type === "other" && minor && chance.hit(0.65)) return chance.pick(matters);
  return chance.hit(0.09 - skill * 0.07) ? chance.pick(stubborn) : null;
}

const stubborn = [
  "I read the prompt differently: as asked, this belongs in the answer.",
  "The point is fair in general, and here it would cost more clarity than it adds.",
  "I would keep this; the rest of the answer rests on it.",
] as const;

const matters = [
  "This is a matter of taste: the sentence is correct and does its work where it stands.",
  "I see no fault here that a reader would stumble over.",
] as const;

const doneAbout = (critique: Critique, reading: Reading): string =>
  reading.type === "said" || reading.type === "missing"
    ? reading.flaw.done
    : `Revised the passage: ${(critique.suggestion || critique.point).slice(0, 200)}`;

const justification = ({ criterion, severity }: Critique): string =>
  `A ${severity} point on ${criterion.replace("_", " ")}; the criticism is right.`;

/** On a bad day the rewriting costs content and brings new mistakes; on others now and then a small one. */
function slipped(text: string, day: Day, skill: number, topic: Topic, chance: Chance): string {
  const wanted = day === "bad" ? 2 : day === "good" && chance.hit((1 - skill) * 0.5) ? 1 : 0;
  if (wanted === 0) return text;
  let sections: Section[] = sectionsOf(text);
  if (day === "bad" && sections.length > 4) {
    const victim = 2 + Math.floor(chance.next() * (sections.length - 3));
    sections = sections.filter((section, index) => index !== victim || section.prose === undefined);
  }
  const worth = day === "bad" ? "major" : "minor";
  const flaws = chance
    .shuffled(saidFlaws.filter((flaw) => fits(flaw, topic.domain) && flaw.severity === worth))
    .slice(0, wanted);
  for (const flaw of flaws) sections = woven(sections, fill(chance.pick(flaw.wordings), topic), chance);
  return paragraphs(...sections.map((section) => section.text));
}

/** The head names who wrote the text. */
const signed = (text: string, topic: Topic, mind: Mind): string =>
  tidy(text.replace(opening, () => openingIn(topic.language, mind.model)));

function notesOf(
  notes: Pick<RefinerNotes, "accepted" | "disputed" | "specific_improvements">,
  day: Day,
  skill: number,
  topic: Topic,
  chance: Chance,
): RefinerNotes {
  const { accepted, disputed } = notes;
  const done = [...new Set(notes.specific_improvements.map(({ improvement_made }) => improvement_made))];
  const kept =
    disputed.length > 0
      ? ` ${disputed.length} ${disputed.length === 1 ? "point is" : "points are"} disputed, with reasons.`
      : "";
  const confidence =
    5.5 +
    skill * 3 +
    accepted.length * 0.2 -
    disputed.length * 0.3 -
    (day === "good" ? 0 : 0.8) +
    chance.between(-0.5, 0.5);
  return {
    ...notes,
    clarifications: fill("The answer takes {a} as the main subject.", topic),
    explanation_of_changes: `${accepted.length === 0 ? "Left the answer as it was." : done.join(" ")}${kept}`,
    confidence_in_revision: Math.min(10, Math.max(1, Math.round(confidence * 2) / 2)),
  };
}
