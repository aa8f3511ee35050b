/** A faultless answer in outline: what a careful writer would say about a prompt it only knows by its words. */
import type { Domain } from "@orchestratex/sdk/contract";
import type { Chance } from "./chance.ts";
import { draftMath, draftSentiment, draftTranslation } from "./draft-closed.ts";
import { draftCode } from "./draft-code.ts";
import { draftCreative } from "./draft-creative.ts";
import { capitals } from "./known.ts";
import type { Passage } from "./read.ts";
import { capital, sentencesOf, stem, wordsOf } from "./text.ts";
import { fill, type Topic } from "./topic.ts";

/** `against`: the omission that this section prevents. `prose`: more sentences may follow its last one. */
export type Section = { text: string; against?: string; prose?: boolean };

export type Draft = (topic: Topic, chance: Chance) => Section[];

export function draftOf(topic: Topic, chance: Chance, passages: readonly Passage[]): Section[] {
  if (greeted.test(topic.prompt.trim().slice(0, 60))) return greeting;
  const [lead, ...rest] = short(topic, drafts[topic.domain](topic, chance));
  const cited = citing(topic, passages);
  const help: Section[] =
    topic.delicate && topic.domain !== "creative" ? [{ text: chance.pick(helps), against: "no_help" }] : [];
  return [...(lead ? [lead] : []), ...(cited ? [cited] : []), ...rest, ...help];
}

const greeted =
  /^(?:hi|hello|hey|good (?:morning|evening|day)|thanks|thank you|hallo|hola|bonjour)(?: there)?[\s!.,]*$/i;

const greeting: Section[] = [
  {
    text: "Hello! I am one of eight simulated models, so I can show you how this works, and I know very little.",
    prose: true,
  },
  {
    text: "For example, give me a function to write, a story to begin or two things to compare. One model answers, others judge the answer by its words, and the author revises it until the score is good enough.",
    prose: true,
  },
  {
    text: "Another way to begin is to ask for something with numbers in it: plain sums I compute exactly. Real answers depend on a real model, which you can connect with an API key.",
    prose: true,
  },
];

/** A small question gets a small answer. */
const short = ({ complexity, domain }: Topic, sections: Section[]): Section[] =>
  complexity < 0.3 && (domain === "factual" || domain === "general")
    ? sections.filter(({ against }, index) => index <= 1 || against === "no_example" || against === "no_caveat")
    : sections;

/** The sentences of the passages nearest to the prompt, with their numbers. */
function citing(topic: Topic, passages: readonly Passage[]): Section | null {
  const best = passages.slice(0, 20).flatMap(({ id, text }) => {
    const ranked = sentencesOf(text.slice(0, 4_000))
      .filter((sentence) => !sentence.code && sentence.text.length > 20)
      .map((sentence) => ({
        text: sentence.text.slice(0, 300),
        hits: new Set(
          wordsOf(sentence.text)
            .map(stem)
            .filter((each) => topic.stems.has(each)),
        ).size,
      }))
      .sort((a, b) => b.hits - a.hits);
    return ranked[0] ? [{ id, ...ranked[0] }] : [];
  });
  const used = best.sort((a, b) => b.hits - a.hits).slice(0, 3);
  if (used.length === 0) return null;
  return {
    text: `The sources say:\n\n${used.map(({ id, text }) => `- ${text.replace(/[.]$/, "")} [${id}].`).join("\n")}`,
  };
}

const helps = [
  "Where health, law or safety is at stake, please speak to a qualified professional (a doctor, a lawyer, an emergency line) before acting on this.",
  "One thing before all else: a text cannot replace a doctor, a lawyer or an emergency line. If somebody may come to harm, please turn to them first.",
] as const;

const factual: Draft = (topic, chance) => [
  { text: known(topic) ?? said(topic, chance, factualLeads), prose: true },
  { text: pointsAbout(topic, chance), prose: true },
  { text: said(topic, chance, examples), against: "no_example", prose: true },
  { text: said(topic, chance, caveats), against: "no_caveat", prose: true },
  { text: said(topic, chance, closings), against: "no_conclusion" },
];

const general: Draft = (topic, chance) => [
  { text: known(topic) ?? said(topic, chance, generalLeads), prose: true },
  { text: said(topic, chance, explanations), prose: true },
  { text: said(topic, chance, examples), against: "no_example", prose: true },
  { text: said(topic, chance, alternatives), against: "no_alternative", prose: true },
  { text: said(topic, chance, caveats), against: "no_caveat", prose: true },
  { text: said(topic, chance, closings) },
];

const analysis: Draft = (topic, chance) => [
  { text: said(topic, chance, analysisLeads), prose: true },
  { text: pointsAbout(topic, chance), prose: true },
  { text: said(topic, chance, examples), against: "no_example", prose: true },
  { text: said(topic, chance, counterpoints), against: "no_counterpoint", prose: true },
  { text: said(topic, chance, alternatives), against: "no_alternative" },
  { text: said(topic, chance, caveats), against: "no_caveat", prose: true },
  { text: said(topic, chance, closings), against: "no_conclusion" },
];

const drafts: Record<Domain, Draft> = {
  coding: draftCode,
  creative: draftCreative,
  factual,
  math: draftMath,
  translation: draftTranslation,
  sentiment: draftSentiment,
  analysis,
  general,
};

const said = (topic: Topic, chance: Chance, list: readonly [string, ...string[]]): string =>
  fill(chance.pick(list), topic);

function known({ prompt }: Topic): string | null {
  const place =
    /\bcapital (?:city )?of (?:the )?([A-Za-z ]{3,30})/i.exec(prompt.slice(0, 5_000))?.[1]?.trim().toLowerCase() ?? "";
  const city = capitals[place];
  return city ? `The capital of ${place.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())} is ${city}.` : null;
}

const numberWords: Readonly<Record<string, number>> = { two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7 };

/** As many points as the prompt asks for, three otherwise. */
function pointsAbout(topic: Topic, chance: Chance): string {
  const asked =
    /\b(two|three|four|five|six|seven|[2-7]) (?:\w+ ){0,3}(?:examples|points|principles|options|impacts|reasons|ways|steps|films|films|items|ideas|tips|facts|benefits|factors)\b/i
      .exec(topic.prompt.slice(0, 5_000))?.[1]
      ?.toLowerCase();
  const wanted = asked ? (numberWords[asked] ?? Number(asked)) : 3;
  const own = topic.terms.slice(0, Math.max(2, Math.min(topic.own, 7)));
  const lines = chance.shuffled(pointLines).slice(0, wanted);
  return lines
    .map((line, index) => {
      const term = own[index % own.length] ?? "the question";
      const pair = index < own.length ? term : `${term} and ${own[(index + 1) % own.length]}`;
      return `${asked ? `${index + 1}.` : "-"} **${capital(pair)}**: ${line}`;
    })
    .join("\n");
}

const pointLines = [
  "what is meant here has to be settled first, since the rest is measured against it.",
  "this is where a change becomes visible, which makes it the best place to look for evidence.",
  "this sets the frame; within another frame the same facts would read differently.",
  "a point that tends to be mentioned late, although it often decides the result.",
  "a useful test is to leave this out and see which statements no longer hold.",
  "this links the general statement to the single case, and that link can be checked.",
  "here the costs and the benefits fall on different people, which explains much of the debate.",
] as const;

const factualLeads = [
  "The question comes down to {a}, and to the part that {b} may play in it. The main points, in order of weight:",
  "To explain {a}, it helps to begin with {b} and then to ask what {c} can add. Three things carry most of the explanation:",
  "{A} can be understood from a few facts, and the one to hold on to concerns {b}. Here they are:",
] as const;

const generalLeads = [
  "The short answer: look at {a} first, then at {b}, and most of the question answers itself.",
  "What you ask about {a} has a practical core, and it can be found in {b}.",
  "Let us take {a} as the starting point and see how far {b} carries us.",
] as const;

const explanations = [
  "{A} will set what can be expected. Then {b} must decide how much of it comes true, and {c} can show where to look for the difference. Taken in this order, each step rests on the one before, and a mistake can be traced to its place.",
  "Three things work together here. The direction comes from {a}, the means from {b}, and the measure of success from {c}. If one of them is unclear, it is worth a question before any effort goes into the other two.",
] as const;

const analysisLeads = [
  "The heart of the matter is how {a} and {b} act on each other. I take the considerations one at a time and weigh them afterwards.",
  "Two questions have to be kept apart here: what {a} would do without help, and what happens only because of {b}. The considerations that matter most:",
  "A fair assessment of {a} needs a yardstick, and I take it from {b}. Measured by it:",
] as const;

const examples = [
  "For example, take one concrete case of {a} and change {b} alone: whatever changes with it belongs to {b}, and whatever stays does not.",
  "For instance, compare two situations which agree in {b} and differ in {c}. If nothing changes in {a}, the reason has to be looked for elsewhere than in {c}.",
  "Suppose a colleague asks about {a} tomorrow. Showing one case with {b} and one without it would explain more than a definition.",
] as const;

const caveats = [
  "This has its limits: it assumes no change in {c}, and where that is unknown the result is an estimate.",
  "How far this reaches depends on {c}. Where the prompt leaves it open, I have assumed the usual case and say so here.",
  "One assumption carries weight, namely that “{b}” means the same throughout; unless it does, the comparison with {a} has to be made again.",
] as const;

const counterpoints = [
  "What speaks against this: the more weight is given to {a}, the less room there can be for {c}. That trade-off is real, and it has to be decided rather than explained away.",
  "The strongest objection starts from {c}. It says that {a} may look convincing only because {b} can be taken for granted, and on the evidence of the prompt alone it cannot be refuted.",
  "However, the same facts can be read the other way. Whoever cares most about {c} will find {b} too narrow, and has a point.",
] as const;

const alternatives = [
  "Another way would be to begin with {c} and work back to {a}; it takes longer, and it shows what {b} can hide.",
  "An alternative is to set {b} aside at first and to ask what would remain of {a} without it.",
] as const;

const closings = [
  "In short: begin with {a}, check {b}, and let {c} decide what remains open.",
  "In summary, the answer takes its shape from {a}, its reason from {b}, and its limits from {c}.",
  "Overall, I would hold on to {a} as the main result and revisit it once more is known about {c}.",
] as const;
