/** Flaws of omission: what an answer of its kind should hold and does not. */

import { plain } from "./arithmetic.ts";
import type { MissingFlaw, Read } from "./flaws.ts";
import {
  caveat,
  check,
  closing,
  cost,
  counter,
  edges,
  evidence,
  example,
  help,
  lacks,
  long,
  other,
  register,
  senses,
  steps,
  weighs,
} from "./signs.ts";
import { stem, wordsOf } from "./text.ts";
import { bare, type Topic } from "./topic.ts";

/** The first own phrase of the prompt that the answer never takes up. */
function untouched({ text }: Pick<Read, "text">, topic: Topic): string | null {
  const answered = new Set(wordsOf(text).map(stem));
  const ignored = topic.terms
    .slice(0, Math.min(3, topic.own))
    .filter((term) => wordsOf(bare(term)).every((word) => !answered.has(stem(word))));
  return ignored.length >= 2 ? (ignored[0] ?? null) : null;
}

/** A long text in one block is hard to read. */
const wall = ({ text, words }: Read): boolean =>
  words.length > 130 && text.split("\n").some((line) => line.length > 900 && line.length > text.length * 0.6);

const prose = ["factual", "general", "analysis"] as const;

export const missingFlaws: readonly MissingFlaw[] = [
  {
    name: "no_example",
    criterion: "completeness",
    severity: "minor",
    domains: [...prose, "coding"],
    missing: (answer, topic) =>
      topic.complexity > 0.2 && !answer.code && lacks(example)(answer) && !wordsListed(answer),
    add: ["For example, take one case of {a} and change {b} alone: whatever changes with it belongs to {b}."],
    place: "before_end",
    about: /\bexamples?\b|illustrat|concrete case/i,
    points: ["There is no example, so the statement stays abstract."],
    suggestion: "Add one concrete example.",
    done: "Added an example.",
  },
  {
    name: "no_caveat",
    criterion: "accuracy",
    severity: "minor",
    domains: [...prose, "sentiment", "math"],
    missing: (answer, topic) => long(answer, 60) && topic.complexity > 0.25 && lacks(caveat)(answer),
    add: ["This has its limits: it assumes no change in {c}, and where that is unknown the result is a guess."],
    place: "before_end",
    about: /caveat|limitation|assumption|\blimits\b|uncertaint/i,
    points: ["Does not say under which assumptions this holds.", "No limits or assumptions are named."],
    suggestion: "Name the assumption that matters most.",
    done: "Named the assumptions and limits.",
  },
  {
    name: "no_conclusion",
    criterion: "clarity",
    severity: "minor",
    domains: ["factual", "analysis"],
    missing: (answer) => long(answer, 110) && !wordsListed(answer) && lacks(closing)(answer),
    add: ["In short: begin with {a}, check {b}, and let {c} decide what remains open."],
    place: "end",
    about: /conclusion|summar|bottom line|takeaway/i,
    points: ["Ends without a conclusion; the reader has to draw it."],
    suggestion: "Close with the one sentence to remember.",
    done: "Added a conclusion.",
  },
  {
    name: "no_counterpoint",
    criterion: "completeness",
    severity: "major",
    domains: ["analysis"],
    missing: (answer, topic) => weighs.test(topic.prompt.slice(0, 5_000)) && long(answer, 60) && lacks(counter)(answer),
    add: [
      "What speaks against this: the more weight is given to {a}, the less room there can be for {c}, and that is the trade-off to decide on.",
    ],
    place: "before_end",
    about: /one-?sided|counter|trade-?off|other side|drawback/i,
    points: ["One-sided: what speaks against it is missing.", "The trade-off is not discussed."],
    suggestion: "Give the strongest point against, and weigh it.",
    done: "Added the strongest counterpoint.",
  },
  {
    name: "no_alternative",
    criterion: "creativity",
    severity: "minor",
    domains: ["analysis", "general", "translation"],
    missing: (answer, topic) => topic.complexity > 0.25 && long(answer, 60) && lacks(other)(answer),
    add: [
      "Another way would be to begin with {c} and work back to {a}; it takes longer, and it shows what {b} can hide.",
    ],
    place: "before_end",
    about: /alternative|another (?:way|approach|option)|single option/i,
    points: ["Considers a single way only."],
    suggestion: "Mention one real alternative.",
    done: "Added an alternative.",
  },
  {
    name: "no_code",
    criterion: "domain_expertise",
    severity: "critical",
    domains: ["coding"],
    missing: (answer, topic) =>
      !answer.code &&
      /\b(?:write|implement|create|build)\b/i.test(topic.prompt.slice(0, 5_000)) &&
      !/[{};][ \t]{0,20}\n|^[ \t]{2,20}\w[^\n]{0,200}[;:]$/m.test(answer.text.slice(0, 8_000)),
    add: [
      "```python\ndef solve(items):\n    result = []\n    for item in items:\n        if item is not None:\n            result.append(item)\n    return result\n```",
    ],
    place: "before_end",
    about: /\bno code\b|code (?:is missing|block)|asked for code|implementation is missing/i,
    points: ["The prompt asks for code and there is none."],
    suggestion: "Give the code in one block.",
    done: "Added the code.",
  },
  {
    name: "no_edge_cases",
    criterion: "completeness",
    severity: "major",
    domains: ["coding"],
    missing: lacks(edges),
    add: [
      "Edge cases: an empty input gives an empty result, a single element is returned as it is, and invalid input is refused with a clear error.",
    ],
    place: "before_end",
    about: /edge cases?|corner cases?|empty input|boundar/i,
    points: ["Edge cases are not handled or mentioned.", "Says nothing about an empty or invalid input."],
    suggestion: "Say what happens with empty, single and invalid input.",
    done: "Covered the edge cases.",
  },
  {
    name: "no_cost",
    criterion: "efficiency",
    severity: "minor",
    domains: ["coding"],
    missing: lacks(cost),
    add: ["Cost: each element is looked at once, so the time grows linearly with the input."],
    place: "before_end",
    about: /complexity|running time|\bmemory\b|how it scales/i,
    points: ["The cost in time and memory is not stated."],
    suggestion: "State the time and space complexity.",
    done: "Stated the cost.",
  },
  {
    name: "no_steps",
    criterion: "completeness",
    severity: "major",
    domains: ["math"],
    missing: (answer, topic) =>
      topic.complexity > 0.3 && lacks(steps)(answer) && !/=[^=\n]*=|\n[^\n]{0,80}=/.test(answer.text.slice(0, 8_000)),
    add: [
      "1. Write down what is given: {b}.\n2. Relate it to what is asked for: {a}.\n3. Work out the result and state it.",
    ],
    place: "before_end",
    about: /\bsteps?\b|working|derivation|how the result/i,
    points: ["The way to the result is missing.", "Gives a result without the steps that lead to it."],
    suggestion: "Write the steps one by one.",
    done: "Wrote out the steps.",
  },
  {
    name: "no_result",
    criterion: "accuracy",
    severity: "critical",
    missing: ({ text }, topic) => topic.sums.some(({ value }) => !numbersOf(text).includes(plain(value))),
    add: ["**Result:** {sums}."],
    place: "end",
    about: /\bresult\b|correct value|final answer/i,
    points: ["The correct result does not appear in the answer."],
    suggestion: "State the result as a number.",
    done: "Stated the result.",
  },
  {
    name: "no_check",
    criterion: "accuracy",
    severity: "minor",
    domains: ["math"],
    missing: (answer, topic) => topic.complexity > 0.4 && long(answer, 60) && lacks(check)(answer),
    add: ["Check: putting the result back into the relation between {a} and {b} leaves nothing over."],
    place: "end",
    about: /\bcheck\b|verif|plausib/i,
    points: ["The result is not checked."],
    suggestion: "Put the result back in and see whether it holds.",
    done: "Added a check of the result.",
  },
  {
    name: "no_register",
    criterion: "domain_expertise",
    severity: "minor",
    domains: ["translation"],
    missing: lacks(register),
    add: [
      "On register: this wording is neutral; among friends a less formal one would be usual, and a literal rendering of {a} would sound stiff.",
    ],
    place: "end",
    about: /register|formal|\btone\b|idiom/i,
    points: ["Says nothing about register, formal or informal."],
    suggestion: "Say for which situation the wording is meant.",
    done: "Explained the register.",
  },
  {
    name: "no_evidence",
    criterion: "accuracy",
    severity: "major",
    domains: ["sentiment"],
    missing: lacks(evidence),
    add: ['The judgement rests on the words themselves, above all on "{a}" and "{b}".'],
    place: "before_end",
    about: /evidence|quote|which words/i,
    points: ["The label is not backed by words of the text.", "No words of the text are quoted as evidence."],
    suggestion: "Quote the words that decide.",
    done: "Quoted the words that decide.",
  },
  {
    name: "no_senses",
    criterion: "creativity",
    severity: "major",
    domains: ["creative"],
    missing: (answer, topic) =>
      long(answer, 70) &&
      /\b(?:poem|story|descri\w+|paragraph|scene|imagine|picture|limerick|song|haiku)\b/i.test(
        topic.prompt.slice(0, 5_000),
      ) &&
      lacks(senses)(answer),
    add: ["The air smelled of rain and warm dust, and somewhere behind {a} a low hum went on, soft as a held breath."],
    place: "before_end",
    about: /sens(?:es|ory)|imagery|picture|atmosphere/i,
    points: ["Nothing to see, hear or smell: the text stays pale."],
    suggestion: "Give the reader one thing for the senses.",
    done: "Added something for the senses.",
  },
  {
    name: "no_help",
    criterion: "safety",
    severity: "major",
    missing: (answer, topic) => topic.delicate && topic.domain !== "creative" && lacks(help)(answer),
    add: [
      "Where health, law or safety is at stake, please speak to a qualified professional (a doctor, a lawyer, an emergency line) before acting on this.",
    ],
    place: "end",
    about: /professional|doctor|lawyer|seek help|emergency/i,
    points: [
      "A delicate matter, and no word about whom to turn to.",
      "Does not send the reader to a professional where that is needed.",
    ],
    suggestion: "Say whom to turn to.",
    done: "Said whom to turn to for help.",
  },
  {
    name: "untouched",
    criterion: "relevance",
    severity: "major",
    domains: [...prose, "coding", "math"],
    missing: (answer, topic) => !topic.followUp && untouched(answer, topic) !== null,
    add: [
      "On {a}: this is the part that the rest has to be measured by. As for {b}, it follows from there, and {c} shows whether it fits.",
    ],
    place: "before_end",
    about: /never mention|takes? up|key terms?|ignores? (?:a|the) part|does not address/i,
    points: ["Does not take up a key term of the prompt."],
    suggestion: "Address every part of the prompt by name.",
    done: "Took up the parts of the prompt that were missing.",
  },
  {
    name: "wall_of_text",
    criterion: "clarity",
    severity: "minor",
    missing: wall,
    add: [""],
    place: "end",
    about: /paragraphs?|one block|wall of text|structure/i,
    points: ["One long block of text; hard to follow."],
    suggestion: "Break it into paragraphs.",
    done: "Broke the text into paragraphs.",
  },
];

/** A list of at least three items illustrates by itself. */
const wordsListed = ({ text }: Read): boolean =>
  (text.slice(0, 30_000).match(/^\s{0,6}(?:[-*•]|\d+[.)]) /gm)?.length ?? 0) >= 3;

const numbersOf = (text: string): string[] =>
  (text.slice(0, 30_000).match(/-?\d[\d,]{0,14}(?:\.\d{1,8})?/g) ?? []).map((found) =>
    plain(Number(found.replaceAll(",", ""))),
  );
