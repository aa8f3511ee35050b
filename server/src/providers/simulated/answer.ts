/** How a simulated model answers: a faultless draft, and then the mistakes it is prone to. */
import { NOTES_MARK, type PrimaryNotes } from "@orchestratex/sdk/contract";
import { plain } from "./arithmetic.ts";
import type { Chance } from "./chance.ts";
import { draftOf, type Section } from "./draft.ts";
import { fits, type SaidFlaw, saidFlaws } from "./flaws.ts";
import { openingIn } from "./languages.ts";
import type { Mind } from "./minds.ts";
import type { Task } from "./read.ts";
import { paragraphs } from "./text.ts";
import { fill, type Topic } from "./topic.ts";

const grave = new Set(["no_code", "no_result"]);
const rare = new Set(["contempt", "digression", "shallow"]);

export function answered(task: Task, topic: Topic, mind: Mind, chance: Chance): string {
  const sections = draftOf(topic, chance, task.passages);
  const skill = mind.skill[topic.domain];
  const wanted = Math.round(2.1 + (1 - skill) * 5.5 + topic.complexity * 1.6 + chance.between(-1.6, 1.4));
  let flawed = withFlaws(
    sections,
    Math.min(
      Math.max(0, wanted),
      topic.own === 0 && topic.domain === "general" && !topic.followUp ? 1 : sections.length,
    ),
    topic,
    mind,
    chance,
  );
  const [sum] = topic.sums.filter(({ expression }) => /^\d[\d .]*(?:[-+*/][\d .]+)+$/.test(expression));
  if (sum && chance.hit((1 - skill) * 0.7)) {
    flawed = woven(flawed, `To cross-check: ${sum.expression} = ${plain(sum.value + 6)}.`, chance);
  }
  const text = paragraphs(openingIn(topic.language, mind.model), ...flawed.map((section) => section.text));
  return task.notes ? `${text}\n\n${NOTES_MARK}\n${JSON.stringify(notesOf(skill, topic, chance))}` : text;
}

function withFlaws(sections: readonly Section[], wanted: number, topic: Topic, mind: Mind, chance: Chance): Section[] {
  const clumsiness = 1 - mind.skill[topic.domain];
  const omissions = sections.flatMap(({ against }) =>
    against ? [{ name: against, weight: grave.has(against) ? clumsiness * 0.5 : 1 }] : [],
  );
  const said = saidFlaws
    .filter((flaw) => fits(flaw, topic.domain))
    .map((flaw) => ({
      name: flaw.name,
      weight: (flaw.severity === "critical" ? clumsiness * 0.9 : 0.8) * (rare.has(flaw.name) ? 0.4 : 1),
      flaw,
    }));
  const slips: { name: string; weight: number; flaw?: SaidFlaw }[] = [...omissions, ...said];
  const drawn = slips
    .map((slip) => ({
      ...slip,
      order: chance.next() ** (1 / (slip.weight * (mind.habits.includes(slip.name) ? 4 : 1))),
    }))
    .sort((a, b) => b.order - a.order)
    .slice(0, wanted);
  const left = sections.filter(({ against }) => !drawn.some(({ name }) => name === against));
  const kept = left.length > 0 ? left : sections.slice(0, 1);
  return drawn.reduce(
    (text: Section[], { flaw }) => (flaw ? woven(text, fill(chance.pick(flaw.wordings), topic), chance) : text),
    [...kept],
  );
}

/** The sentence at the end of some paragraph of prose, or in one of its own. */
export function woven(sections: readonly Section[], sentence: string, chance: Chance): Section[] {
  const places = sections.flatMap(({ prose, text }, index) => (prose && !text.endsWith(":") ? [index] : []));
  const [first, ...rest] = places;
  if (first === undefined) return [...sections, { text: sentence, prose: true }];
  const place = chance.pick([first, ...rest]);
  return sections.map((section, index) =>
    index === place ? { ...section, text: joined(section.text, sentence) } : section,
  );
}

/** After a list or a block of code a new paragraph begins. */
const joined = (text: string, sentence: string): string =>
  /(?:^|\n)(?:[-*] |\d+\. |```)[^\n]*$/.test(text) ? `${text}\n\n${sentence}` : `${text} ${sentence}`;

function notesOf(skill: number, { terms, domain }: Topic, chance: Chance): PrimaryNotes {
  const confidence = Math.min(10, Math.max(1, Math.round((4 + skill * 5 + chance.between(-1, 1)) * 2) / 2));
  const mood =
    skill > 0.8
      ? "This is familiar ground"
      : skill > 0.6
        ? "I can handle this, with some gaps"
        : "This is not my strongest field";
  return {
    confidence,
    self_assessment: `${mood} (${domain}). Least sure about: ${terms[1] ?? terms[0]}. Simulated self-assessment.`,
  };
}
