/** Drafts for tasks with a closed answer: a number, a translation, a label. */
import { plain } from "./arithmetic.ts";
import type { Chance } from "./chance.ts";
import type { Draft, Section } from "./draft.ts";
import { glad, phrases, sad } from "./known.ts";
import { capital, paragraphs, wordsOf } from "./text.ts";
import { fill, type Topic } from "./topic.ts";

export const draftMath: Draft = (topic, chance) => (topic.sums.length > 0 ? computed(topic) : setOut(topic, chance));

function computed(topic: Topic): Section[] {
  const lines = topic.sums.map(({ expression, value }) => `${expression} = ${plain(value)}`);
  const [first] = topic.sums;
  const steps = [
    `1. Write down what is asked for: ${topic.sums.map(({ expression }) => `\`${expression}\``).join(", ")}.`,
    "2. Work from the inside out: brackets, then powers, then products and quotients, then sums and differences.",
    `3. Compute: ${lines.join(", ")}.`,
  ].join("\n");
  return [
    { text: "This can be worked out exactly, step by step.", prose: true },
    { text: steps, against: "no_steps", prose: true },
    { text: `**Result:** ${lines.join(", ")}.`, against: "no_result" },
    {
      text: `Check: worked out a second time in another order, the value stays at ${plain(first?.value ?? 0)}.`,
      against: "no_check",
      prose: true,
    },
    {
      text: "The one assumption is the usual order of operations; with brackets set otherwise the value would change.",
      against: "no_caveat",
      prose: true,
    },
  ];
}

function setOut(topic: Topic, chance: Chance): Section[] {
  const given = [...topic.prompt.slice(0, 5_000).matchAll(/[$€£]?\b\d[\d,.]{0,12}\d|[$€£]?\b\d\b/g)]
    .slice(0, 8)
    .map(([number]) => number);
  const quantities = given.length > 0 ? `the quantities ${given.join(", ")}` : "the quantities named in the prompt";
  const steps = [
    fill(`1. Note what is given: ${quantities}, which belong to {b}.`, topic),
    fill("2. Name what is sought: {a}. Call it *x*.", topic),
    fill(
      "3. Write the relation between *x* and the given quantities, one line for each statement of the prompt.",
      topic,
    ),
    fill("4. Solve for *x*, and keep the units of {c} at every line.", topic),
  ].join("\n");
  const leads = [
    "The way to {a} is short once the given quantities are sorted.",
    "Let us find {a} step by step, starting from what is known about {b}.",
  ] as const;
  return [
    { text: fill(chance.pick(leads), topic), prose: true },
    { text: steps, against: "no_steps", prose: true },
    {
      text: "A simulated model computes plain expressions only. Here it sets the problem out, and the value of *x* is what the last line yields.",
      prose: true,
    },
    {
      text: fill(
        "To check it, put *x* back into each line: every statement of the prompt about {a} has to come out true.",
        topic,
      ),
      against: "no_check",
      prose: true,
    },
    {
      text: fill("This assumes that {b} is meant literally and that nothing else changes along the way.", topic),
      against: "no_caveat",
      prose: true,
    },
  ];
}

export const draftTranslation: Draft = (topic, chance) => {
  const text = topic.prompt.slice(0, 4_000);
  const target =
    /\b(?:in|into|to) (english|spanish|french|german|italian|portuguese|chinese|japanese|dutch|russian|latin)\b/i
      .exec(text)?.[1]
      ?.toLowerCase() ?? "english";
  const source = (
    /["“«‘']([^"”»\n]{2,300})["”»’']/.exec(text)?.[1] ??
    /:\s*(.{2,300})/.exec(text)?.[1] ??
    topic.terms[0] ??
    ""
  ).trim();
  const entry = phrases[target]?.[source.toLowerCase().replace(/[.!?]$/, "")];
  const rendering = entry
    ? `**${capital(target)}:** ${capital(entry)}`
    : `**${capital(target)}** (simulated): “${source}”\n\nA simulated model has a phrasebook of ten entries and no more, so this line stands in the original where a real model would put its translation.`;
  const registers = [
    "On register: this wording is neutral. Among friends a less formal one would be usual, and in a letter a more formal one.",
    "On tone: a literal rendering would sound stiff here, so the idiom of the other language comes before word order.",
  ] as const;
  const others = [
    `An alternative keeps closer to the words of “${source.slice(0, 60)}” and gives up some of the ease.`,
    "Another option is to put the verb first, which stresses the action instead of the person.",
  ] as const;
  return [
    { text: rendering },
    {
      text: fill(
        "What decides the choice of words is {a}: it has to mean the same to a reader who never saw the original.",
        topic,
      ),
      prose: true,
    },
    { text: chance.pick(registers), against: "no_register", prose: true },
    { text: chance.pick(others), against: "no_alternative", prose: true },
    {
      text: "Names, numbers and punctuation are kept as in the original, and the sentence keeps its order as far as the grammar lets it. Read it aloud once: where you stumble, a reader would as well.",
      prose: true,
    },
  ];
};

export const draftSentiment: Draft = (topic, chance) => {
  const all = wordsOf(`${topic.prompt} ${topic.context.slice(0, 4_000)}`);
  const text = topic.prompt.slice(0, 8_000);
  const body = (/[:\n"“]([\s\S]{15,})/.exec(text)?.[1] ?? text).slice(0, 6_000);
  const words = wordsOf(body).length > 3 ? wordsOf(body) : all;
  const bright = [...new Set(words.filter((word) => glad.has(word)))].slice(0, 5);
  const dark = [...new Set(words.filter((word) => sad.has(word)))].slice(0, 5);
  const label =
    bright.length === dark.length
      ? bright.length > 0
        ? "mixed"
        : "neutral"
      : bright.length > dark.length
        ? "positive"
        : "negative";
  const quoted = (list: readonly string[]) => list.map((word) => `“${word}”`).join(", ");
  const reasons = [
    bright.length > 0
      ? `- Speaking for a positive reading: ${quoted(bright)}.`
      : "- No word of the text is clearly positive.",
    dark.length > 0
      ? `- Speaking for a negative reading: ${quoted(dark)}.`
      : "- No word of the text is clearly negative.",
    `- The subject itself, “${topic.terms[0]}”, carries no feeling of its own.`,
  ].join("\n");
  const limits = [
    "Irony is the limit of such a reading: it turns a word into its opposite, and words alone do not show it.",
    "How strong the feeling is remains uncertain, since the text is short and the writer is not known.",
  ] as const;
  return [
    { text: `**Overall: ${label}.**`, prose: true },
    {
      text: fill(
        "The judgement rests on the words of the text, weighed one against the other, and not on what {a} might suggest.",
        topic,
      ),
      prose: true,
    },
    { text: reasons, against: "no_evidence", prose: true },
    {
      text: paragraphs(
        `Weighed together, ${bright.length} word${bright.length === 1 ? "" : "s"} on the bright side and ${dark.length} on the dark side make the text ${label}. A reader would mostly remember the stronger half.`,
      ),
      prose: true,
    },
    { text: chance.pick(limits), against: "no_caveat", prose: true },
  ];
};
