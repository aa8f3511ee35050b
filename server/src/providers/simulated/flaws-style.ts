/** Sentences that should not stand because of how they are said, or because they are beside the point. Slots: `fill` in topic.ts. */
import type { SaidFlaw } from "./flaws.ts";

const hedge = /\b(?:might|perhaps|possibly|maybe|somehow|sort of|kind of|presumably|conceivably)\b/gi;
const buzz =
  /\b(?:synerg\w+|paradigms?|leverag\w+|holistic\w*|orthogonal\w*|eigen-?\w+|idempoten\w+|best-of-breed|ontolog\w+|meta-\w+|manifolds?|operationali[sz]\w+|hyper-?parameteri[sz]\w+)\b/gi;

const count = (text: string, sign: RegExp): number => text.match(sign)?.length ?? 0;

export const styleFlaws: readonly SaidFlaw[] = [
  {
    name: "misreading",
    criterion: "relevance",
    severity: "critical",
    wordings: [
      "Rather than {a}, I will turn to what I would rather discuss here.",
      "The question about {b} matters less than a more interesting question of my own.",
      "Instead of answering the question about {a}, it helps to look elsewhere.",
    ],
    seen: (text) =>
      /(?:what|something) (?:I would|I'd) rather (?:answer|discuss)|a more interesting question|instead of answering the question/i.test(
        text,
      ),
    repair: "To stay with the question as asked: {a} comes first, and {b} only as far as it bears on it.",
    about: /misread|does not answer|other question|not what was asked/i,
    points: ["Turns away from the question that was asked.", "This answers another question than the one asked."],
    suggestion: "Answer the question as asked.",
    done: "Returned to the question as asked.",
  },
  {
    name: "digression",
    criterion: "relevance",
    severity: "major",
    wordings: [
      "By the way, {a} and I once met on a fishing trip where the sandwiches were better than the weather.",
      "On an unrelated note, my neighbour's cat would have its own view on {b}.",
      "Fun fact: an octopus has three hearts, which will not help with {a}.",
    ],
    seen: (text) => /\bby the way\b|on an unrelated note|^fun fact\b|reminds me of a/i.test(text),
    repair: "",
    about: /digress|off[- ]topic|unrelated|beside the point/i,
    points: ["Off topic: this has no bearing on the question.", "A digression that the question did not ask for."],
    suggestion: "Leave it out.",
    done: "Removed the digression.",
  },
  {
    name: "contradiction",
    criterion: "clarity",
    severity: "critical",
    wordings: [
      "On the other hand, the opposite is equally true of {a}.",
      "Contrary to what I just said, {a} should not be connected with {b} at all.",
      "All of this holds for {b}, and so does the exact opposite.",
    ],
    seen: (text) =>
      /the (?:exact )?opposite is (?:also |equally |just as )?true|contrary to what (?:I|was) (?:just )?(?:said|wrote)|so does the (?:exact )?opposite/i.test(
        text,
      ),
    repair:
      "Where there is a difference in {b}, there can be one in {a}: the two statements hold under different conditions.",
    about: /contradict|inconsisten|opposite/i,
    points: ["Contradicts what was said before.", "Two statements of the answer cannot both hold."],
    suggestion: "Say under which condition each statement holds.",
    done: "Resolved the contradiction by naming the conditions.",
  },
  {
    name: "hedging",
    criterion: "clarity",
    severity: "minor",
    wordings: [
      "It might perhaps possibly be the case that {b} matters somehow.",
      "Maybe {a} could sort of be relevant here, or perhaps not.",
      "{B} might conceivably, and somehow presumably, play a part.",
    ],
    seen: (text) => count(text, hedge) >= 2,
    repair: "What matters here about {b} is that the conditions for {a} are set there.",
    about: /hedg|noncommittal|non-committal|wishy/i,
    points: ["Hedges so much that nothing is said."],
    suggestion: "Commit to the statement, with its condition.",
    done: "Turned the hedged sentence into a plain statement.",
  },
  {
    name: "jargon",
    criterion: "clarity",
    severity: "major",
    wordings: [
      "One should leverage the holistic synergies of {a} across the whole paradigm.",
      "Operationalise {b} as an idempotent ontology over the meta-level of {a}.",
      "The orthogonal manifold of {a} can then be hyper-parameterised.",
    ],
    seen: (text) => count(text, buzz) >= 2,
    repair: "In plain words: treat {a} in the same way each time, so that results about {b} can be compared.",
    about: /jargon|buzzword|undefined terms?|plain words/i,
    points: ["Jargon without an explanation; a reader cannot act on it.", "Undefined terms hide what is meant."],
    suggestion: "Say it in plain words, or define the terms.",
    done: "Put the jargon in plain words.",
  },
  {
    name: "filler",
    criterion: "efficiency",
    severity: "minor",
    wordings: [
      "In today's fast-paced world, {a} can be more important than ever.",
      "It goes without saying that people have been fascinated by {a} since the dawn of time.",
      "At the end of the day, with {b} it is what it is.",
    ],
    seen: (text) =>
      /in today's (?:fast-paced|modern|ever-changing|digital)|more important than ever|since the dawn of time|goes without saying|at the end of the day|is what it is\b/i.test(
        text,
      ),
    repair: "",
    about: /filler|padding|empty phrase|says nothing/i,
    points: ["Filler: the sentence says nothing about the question."],
    suggestion: "Cut it.",
    done: "Cut the filler.",
  },
  {
    name: "repetition",
    criterion: "efficiency",
    severity: "minor",
    wordings: [
      "To say it once more, and as already said above, one has to see {a} together with {b}.",
      "I repeat: one has to see {a} together with {b}, as already said.",
      "As mentioned before and worth repeating again, {b} and {a} belong together.",
    ],
    seen: (text, before) =>
      /to say it once more|as already said|\bI repeat\b|worth repeating/i.test(text) ||
      (text.length > 50 && before.has(text.toLowerCase())),
    repair: "",
    about: /repeat|repetit|redundan/i,
    points: ["Repeats what was already said."],
    suggestion: "Say it once.",
    done: "Removed the repetition.",
  },
  {
    name: "wasteful",
    criterion: "efficiency",
    severity: "major",
    domains: ["coding", "math", "factual", "analysis", "general"],
    wordings: [
      "It is fine to try every possibility for {b} one by one, however long it takes.",
      "Speed is not a concern for {a}, so brute force is good enough at any size.",
      "The O(n^2) cost for {a} is fine for inputs of any size.",
    ],
    seen: (text) =>
      /however long it takes|speed is not a concern|brute force is (?:fine|good enough)|O\(n\^?[23²³]\)[^.]{0,60}\bis fine/i.test(
        text,
      ),
    repair:
      "Settling {b} first rules out most possibilities for {a} at once, so the work grows only with what is left.",
    about: /brute force|wasteful|inefficien|too slow|\bcost of\b/i,
    points: [
      "Recommends a wasteful way and waves its cost aside.",
      "The cost grows out of hand, and the answer calls that fine.",
    ],
    suggestion: "Use the cheaper way, or say up to which size this one will do.",
    done: "Replaced the wasteful way by a cheaper one.",
  },
  {
    name: "cliche",
    criterion: "creativity",
    severity: "major",
    domains: ["creative", "general"],
    wordings: [
      "Little did anyone know what {a} would bring, and the rest is history.",
      "It was a dark and stormy night for {a}.",
      "With {a} one simply has to think outside the box, quick as lightning.",
    ],
    seen: (text) =>
      /little did (?:he|she|they|anyone|I|we) know|dark and stormy|the rest is history|think outside the box|quick as lightning|happily ever after/i.test(
        text,
      ),
    repair: "Think of {a} as a door which opens only from the side of {b}.",
    about: /clich|worn|stock phrase|unoriginal/i,
    points: ["A cliché where an image of its own was needed.", "Stock phrases make this read like any other text."],
    suggestion: "Find an image that belongs to this subject alone.",
    done: "Replaced the cliché by an image of its own.",
  },
];
