/** How a simulated model judges an answer: by its words alone, as far as its eye reaches. */
import { Criterion, type Evaluated, type Severity } from "@orchestratex/sdk/contract";
import { chanceOf, unit } from "./chance.ts";
import { type Finding, findingsIn, type Read, readAnswer } from "./flaws.ts";
import type { Mind } from "./minds.ts";
import type { Task } from "./read.ts";
import { capital, stem } from "./text.ts";
import { fill, type Topic } from "./topic.ts";
import { unmet } from "./wishes.ts";

type Scores = Record<Criterion, number>;
type Point = Evaluated["criticisms"][number];

/** Points off: on the flaw's own criterion, and on all of them. */
const penalty: Record<Severity, readonly [own: number, all: number]> = {
  minor: [1, 0.14],
  major: [1.9, 0.36],
  critical: [3, 0.7],
};

export function evaluated(task: Task, topic: Topic, mind: Mind, seed: string): string {
  const answer = readAnswer(task.answer);
  const noticed = findingsIn(answer, topic).filter((finding) => notices(finding, topic, mind, seed));
  const nitpick = nitpickIn(answer, noticed, topic, mind, seed);
  const sense = senseOf(answer, topic);
  const scores = scoresOf(answer, noticed, sense, topic, mind, seed);
  const missed = missedWishes(task);
  scores.relevance -= 2.5 * missed.length;
  scores.completeness -= 1.5 * missed.length;
  if (nitpick) scores.clarity -= 0.3;
  const points = [
    ...noticed.map((finding) => pointOf(finding, topic, seed)),
    ...(nitpick ? [nitpick] : []),
    ...senselessness(sense, topic),
  ];
  const judgement: Evaluated = {
    evaluation_criteria: Object.fromEntries(Criterion.options.map((name) => [name, rounded(scores[name])])) as Scores,
    criticisms: [...missed, ...points.filter((point) => isNew(point, task))]
      .sort((a, b) => rank[a.severity] - rank[b.severity])
      .slice(0, 8),
    positive_aspects: praiseOf(answer, scores, topic),
    alternative_approaches:
      sense.worth < 0.5 ? "Start again from the prompt itself." : fill(other[topic.domain], topic),
    evaluator_confidence: rounded(4 + mind.eye * 3 + mind.skill[topic.domain] * 2.5),
  };
  return JSON.stringify(judgement);
}

/** What the user asked for and the answer does not do. */
const missedWishes = ({ answer, previousAnswer, wishes }: Task): Point[] =>
  wishes
    .flatMap((wish) => unmet(answer, previousAnswer, wish).map((done) => ({ wish, done })))
    .slice(0, 3)
    .map(({ wish, done }) => ({
      point: `The user's wish is not met: ${wish.text.replace(/\s+/g, " ").slice(0, 160)}`,
      ...{ criterion: "relevance", severity: "critical", quote: "" },
      suggestion: `What is missing: ${done}`,
    }));

const rank: Record<Severity, number> = { critical: 0, major: 1, minor: 2 };

/** The same sentence is seen, or overlooked, by the same evaluator every time. */
function notices(finding: Finding, topic: Topic, mind: Mind, seed: string): boolean {
  const glare = { minor: -0.12, major: 0.05, critical: 0.2 }[finding.severity];
  const probability = 0.32 + mind.eye * 0.5 + mind.skill[topic.domain] * 0.15 + glare;
  return (
    unit(seed, mind.model, "notice", finding.name, finding.sentence?.text ?? topic.prompt.slice(0, 500)) < probability
  );
}

function scoresOf(
  answer: Read,
  noticed: readonly Finding[],
  sense: Sense,
  topic: Topic,
  mind: Mind,
  seed: string,
): Scores {
  const chance = chanceOf(seed, mind.model, "score", answer.text);
  const mood = chance.between(-0.1, 0.1);
  const scores = Object.fromEntries(
    Criterion.options.map((name) => [name, 8.6 + mood + chance.between(-0.15, 0.15)]),
  ) as Scores;
  const times = new Map<string, number>();
  for (const { name, criterion, severity } of noticed) {
    const again = times.get(name) ?? 0;
    times.set(name, again + 1);
    const [own, all] = penalty[severity];
    const share = again === 0 ? 1 : 0.35;
    scores[criterion] -= own * share;
    for (const each of Criterion.options) scores[each] -= all * share;
  }
  scores.relevance -= Math.max(0, 0.5 - sense.coverage) * 5;
  scores.completeness -= sense.brevity * 3.5;
  scores.clarity += /\n\n|\n[-*\d]/.test(answer.text) ? 0.15 : 0;
  scores.domain_expertise += topic.domain === "coding" && answer.code ? 0.15 : 0;
  for (const each of Criterion.options) {
    const judged = Math.min(9.9, Math.max(1, scores[each] + mind.leniency));
    scores[each] = 1 + (judged - 1) * sense.worth;
  }
  return scores;
}

/** `worth` 0..1: how far the text is an answer to the prompt at all. */
type Sense = {
  worth: number;
  coverage: number;
  brevity: number;
  why: "empty" | "garbled" | "off_topic" | "refused" | "none";
};

function senseOf(answer: Read, topic: Topic): Sense {
  const { words, text } = answer;
  const read = words.slice(0, 2_000);
  const stems = new Set(read.map(stem));
  const asked = [...topic.stems];
  const hits = asked.filter((each) => stems.has(each)).length;
  const around = topic.followUp || topic.domain === "translation" || topic.language !== "en";
  const needed = Math.max(1, Math.min(5, asked.length * 0.4));
  const coverage = asked.length === 0 || around ? 1 : Math.min(1, hits / needed);
  const expected = 8 + topic.complexity * 60;
  const brevity = around ? 0 : Math.max(0, 1 - read.length / expected);
  if (read.length < 2 && !/\d/.test(text)) return { worth: 0.05, coverage, brevity: 1, why: "empty" };
  if (isGarbled(read, text)) return { worth: 0.15, coverage, brevity, why: "garbled" };
  if (
    /^\W{0,20}(?:I'm sorry|I am sorry|sorry|I cannot|I can't|as an AI)\b[^\n]{0,300}$/i.test(text.trim().slice(0, 400))
  )
    return { worth: 0.25, coverage, brevity, why: "refused" };
  if (coverage === 0 && read.length >= 4 && asked.length >= 2 && topic.domain !== "creative")
    return { worth: 0.35, coverage, brevity, why: "off_topic" };
  return { worth: read.length < 4 ? 0.7 : 1, coverage, brevity, why: "none" };
}

/** No vowels, one word over and over, or hardly a letter: nothing anybody wrote to be read. */
function isGarbled(words: readonly string[], text: string): boolean {
  const latin = words.filter((word) => /^[a-z]{4,}$/.test(word));
  const spoken = latin.filter(
    (word) => /[aeiouy]/.test(word) && word.length < 26 && !/[^aeiouy]{6}|(.)\1{3}/.test(word),
  );
  const sample = text.slice(0, 4_000);
  const letters = sample.match(/[\p{L}\p{N}\s]/gu)?.length ?? 0;
  const few = words.length > 12 && new Set(words).size / Math.min(words.length, 150) < 0.12;
  return (latin.length > 3 && spoken.length < latin.length * 0.6) || letters < sample.length * 0.45 || few;
}

function senselessness({ why }: Sense, topic: Topic): Point[] {
  if (why === "none") return [];
  const point = {
    empty: "There is no answer here.",
    garbled: "The text cannot be read as an answer.",
    refused: "The answer refuses without need.",
    off_topic: "The answer does not address the prompt: none of its key terms is taken up.",
  }[why];
  return [
    {
      point,
      criterion: "relevance",
      severity: "critical",
      quote: "",
      suggestion: fill("Write an answer about {a}.", topic),
    },
  ];
}

const pointOf = (finding: Finding, topic: Topic, seed: string): Point => {
  const chance = chanceOf(seed, "point", finding.name, finding.sentence?.text ?? topic.prompt.slice(0, 200));
  const { criterion, severity, suggestion, sentence } = finding;
  return {
    point: chance.pick(finding.points),
    criterion,
    severity,
    quote: sentence?.text.slice(0, 300) ?? "",
    suggestion,
  };
};

const nitpicks = [
  { point: "This sentence could come earlier.", suggestion: "Move it up." },
  { point: "The wording is a matter of taste, and I would put it differently.", suggestion: "Try a shorter wording." },
  { point: "It would be nice to read more about this.", suggestion: "Add a sentence." },
] as const;

/** Now and then a sound sentence is found fault with. */
function nitpickIn(answer: Read, noticed: readonly Finding[], topic: Topic, mind: Mind, seed: string): Point | null {
  const chance = chanceOf(seed, mind.model, "nitpick", topic.prompt.slice(0, 500), answer.text.slice(0, 200));
  const [first, ...rest] = answer.sentences.filter(
    ({ code, text }) =>
      !code && text.length > 40 && !text.startsWith("(") && noticed.every(({ sentence }) => sentence?.text !== text),
  );
  if (!first || !chance.hit(mind.pedantry)) return null;
  const { text } = chance.pick([first, ...rest]);
  return { ...chance.pick(nitpicks), criterion: "clarity", severity: "minor", quote: text.slice(0, 300) };
}

/** From the second round on: what was open before, and what the changed text brings in. */
function isNew({ point, quote }: Point, { previousAnswer, criticisms }: Task): boolean {
  if (previousAnswer === null) return true;
  const open = criticisms.some((before) => (quote !== "" && before.quote === quote) || before.point.includes(point));
  return open || (quote !== "" && !previousAnswer.includes(quote));
}

function praiseOf({ text, words, code }: Read, scores: Scores, topic: Topic): string {
  if (scores.relevance < 5) return "Little that can be kept.";
  const good = [
    scores.relevance > 8 ? fill("stays with {a}", topic) : "",
    code ? "gives code that can be tried" : "",
    /\n[-*\d]/.test(text) ? "has a clear structure" : "",
    /\bfor (?:example|instance)\b|\bsuppose\b/i.test(text.slice(0, 30_000)) ? "has a concrete example" : "",
    scores.safety > 8.5 ? "is careful" : "",
    words.length < 90 ? "is brief" : "",
  ].filter((each) => each !== "");
  return good.length > 0 ? capital(`${good.slice(0, 3).join("; ")}.`) : "Takes up the prompt.";
}

const other: Readonly<Record<Topic["domain"], string>> = {
  coding: "A library function may already do this; compare before keeping own code.",
  creative: "Tell it from the side of {b}, in the present tense.",
  factual: "Begin with {b} and define {a} from there.",
  math: "Estimate {a} first, then compute, and compare the two.",
  translation: "Translate the sense first and the words afterwards.",
  sentiment: "Judge sentence by sentence and count.",
  analysis: "Set the arguments about {a} side by side in a table.",
  general: "Ask back what {b} is meant for, then answer in two sentences.",
};

const rounded = (score: number): number => Math.round(Math.min(10, Math.max(1, score)) * 10) / 10;
