/** What a prompt is about, guessed from its words the way a modest model would. */
import type { Domain } from "@orchestratex/sdk/contract";
import { plain, type Sum, sumsIn } from "./arithmetic.ts";
import { languageOf } from "./languages.ts";
import { capital, stem, wordsOf } from "./text.ts";

export type Topic = {
  prompt: string;
  context: string;
  domain: Domain;
  /** ISO 639-1 */
  language: string;
  /** Key phrases, best first; never fewer than four. */
  terms: string[];
  /** How many of `terms` come from the prompt itself. */
  own: number;
  stems: Set<string>;
  sums: Sum[];
  /** 0..1, from length and what is asked. */
  complexity: number;
  /** Health, law or violence is at stake. */
  delicate: boolean;
  /** The prompt leans on something said before it. */
  followUp: boolean;
};

const READ = 5_000;
const leans =
  /\b(?:previous|earlier|above|your (?:response|answer|reply|solution|example|\w+ (?:response|answer|example))|same task|original question)\b/i;

const signs: readonly [Domain, number, RegExp][] = [
  ["coding", 5, /```|\b(?:def|function|class|import|const) \w+ ?[({:]|#include/],
  [
    "coding",
    4,
    /\b(?:python|javascript|typescript|java|c\+\+|c#|rust|golang|sql|html|css|regex|react|bash|shell script|docker|numpy|pandas)\b/i,
  ],
  [
    "coding",
    3,
    /\b(?:write|implement|debug|refactor|code|fix|build) (?:\w+ ){0,4}(?:function|program|script|class|query|website|algorithm|method|app|code|unit test)s?\b/i,
  ],
  [
    "coding",
    2,
    /\b(?:algorithm|time complexity|linked list|binary tree|array|stack trace|compile|paralleli[sz]e|data structure|api endpoint)s?\b/i,
  ],
  ["math", 6, /\d ?[-+*/×÷^] ?\d|\bf\(x\)|\b[xyz] ?[=^+*-] ?[\dxyz]|√|∫|\b\d+ ?% of\b/],
  [
    "math",
    4,
    /\b(?:solve|calculate|compute|probability|equation|derivative|integral|prove|theorem|remainder|area of|perimeter|square root|express [\w-]+ in)\b/i,
  ],
  ["math", 3, /\bhow (?:many|much)\b[^?]{0,200}\?|\btotal (?:cost|amount|number|money)\b/i],
  ["translation", 8, /\btranslat\w+\b|\bhow do (?:you|i) say\b|\b(?:übersetze|traduis|traduce|traduci|traduza)\b/i],
  [
    "translation",
    3,
    /\b(?:in|into|to) (?:english|spanish|french|german|italian|portuguese|chinese|japanese|dutch|russian|latin)\b/i,
  ],
  [
    "sentiment",
    8,
    /\bsentiment\b|\b(?:positive|negative|neutral)\b[^.?!]{0,30}\b(?:or|and)\b[^.?!]{0,12}\b(?:positive|negative|neutral)\b/i,
  ],
  [
    "sentiment",
    5,
    /\b(?:customer reviews?|this review|this tweet|emotional tone|mood of|how does the (?:author|writer|customer) feel)\b/i,
  ],
  [
    "creative",
    5,
    /\b(?:poem|haiku|sonnet|limerick|lyrics|song|short story|story|fairy tale|screenplay|dialogue|slogan|tagline|headline|joke|blog post|allegor\w+|paragraph|email|letter|speech|bio)s?\b/i,
  ],
  [
    "creative",
    3,
    /\b(?:imagine|pretend|picture yourself|embrace the role|role-?play|creative|funny|witty|rhyme|captivating|speak like)\b/i,
  ],
  ["creative", 2, /\b(?:compose|draft|craft|rephrase|rewrite|rework)\b/i],
  [
    "analysis",
    4,
    /\b(?:analy[sz]e|analysis|compare|contrast|evaluate|assess|critique|pros and cons|trade-?offs?|implications?|discuss|insights?|argument|correlation|differences? between)\b/i,
  ],
  [
    "analysis",
    2,
    /\b(?:why|should|influenced?|impacts?|affects?|strategy|plan|design|identify|summari[sz]e|better|assumptions?|experiment)\b/i,
  ],
  ["factual", 3, /^\s*(?:who|what|when|where|which|how (?:do|does|did)|is|are|does|did)\b/i],
  [
    "factual",
    2,
    /\b(?:explain|describe|define|what is|who (?:is|was)|list|name|history|capital of|concept|theory|methods?)\b/i,
  ],
];

const common = new Set(
  `a an the and or but if then else of in on at to from by for with without about into over under between through during
  before after above below up down out off again further once here there when where why how what which who whom whose this that
  these those i you he she it we they me him her us them my your his its our their mine yours is am are was were be been being
  have has had do does did doing will would shall should can could may might must not no nor only own same so than too very just
  also as such both each few more most other some any all every either neither one two three four five six seven eight nine ten
  first second third last next new many much lot make makes made making get gets got take takes took give gives given gave go goes
  going went come comes came see sees seen saw know knows known think thinks use uses used using find finds found want wants need
  needs help helps let lets put say says said tell tells like likes look looks work works keep involve involves including include
  includes included please could write writing wrote explain describe provide list compose draft create generate craft produce show
  answer question response reply prompt task following example examples case previous earlier original step steps way ways thing
  things kind type types different difference differences between detail details possible various several another able because
  while until since within per via etc yes ok hi hello thanks thank able based main key   propose suggest discuss
  analyze analyse compare contrast identify name consider considering solve calculate compute implement design determine
  return returns output input format word words sentence sentences paragraph short brief long simple good best better well really
  still even ever never always often today now     someone something anything everything without around
  across against among toward towards upon whether though although however thus hence therefore mean means become becomes became
  start starts begin begins beginning end ends call called set sets run runs change changes add adds ask asks asked feel feels
  don't doesn't isn't aren't what's it's i'm i've you're can't won't let's that's there's cannot current specific relevant
  responsible carefully thoroughly correct properly exactly else own per       whole half left
  right place places got getting having being does ll ve re s t d m yet along away surrounding according story stories poem poems paragraph headline email
  intriguing captivating catchy fictional essay blog continue rework rewrite revise rephrase reformulate amend update edit
  summarize pick select express define act pretend imagine picture yourself craft implement embrace grab assume
  specifically additionally multiple different least named involved twice similar sure fix handle exist exists contain contains belong belongs
  perform`.split(/\s+/),
);

/** Telling only beside another word. */
const weak = new Set(
  "time times number numbers amount part parts people person day days year years life way point points total value values".split(
    " ",
  ),
);

const token = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’+#-]{0,38}/gu;

export function topicOf(prompt: string, context = ""): Topic {
  const text = prompt.length > READ ? `${prompt.slice(0, READ - 1_000)}\n${prompt.slice(-1_000)}` : prompt;
  const domain = domainOf(text);
  const own = subjectsOf(text, domain);
  const around = own.length >= 4 ? [] : phrasesOf(context.slice(-READ)).filter((term) => !own.includes(term));
  const terms = [...own, ...around, ...(domain === "math" ? numeric : plainly)].slice(0, 8);
  const count = wordsOf(text).length;
  return {
    prompt,
    context,
    domain,
    language: languageOf(text),
    terms,
    own: Math.min(own.length, 8),
    stems: new Set(own.flatMap((term) => wordsOf(bare(term))).map(stem)),
    sums: domain === "math" || domain === "general" || domain === "factual" ? sumsIn(text) : [],
    complexity: complexityOf(text, count),
    delicate:
      /\b(?:pregnan\w+|medicines?|medication|symptoms?|diagnos\w+|dosage|overdose|suicid\w+|self-harm|violence|bullying|abuse|lawsuit|divorce|poison\w*|explosives?|weapons?)\b/i.test(
        text,
      ),
    followUp: leans.test(text) || (own.length < 3 && /\b(?:it|its|they|them)\b/i.test(text)),
  };
}

const plainly = ["the question itself", "the given facts", "the goal", "the details"];
const numeric = ["the calculation", "the given numbers", "the result", "the order of the steps"];

/** A sentence with the topic's terms in the places of `{a}` to `{d}` (`{A}`: capitalised), and its sums for `{sums}`. */
export const fill = (template: string, { terms, sums }: Pick<Topic, "terms" | "sums">): string =>
  template
    .replace("{sums}", () => sums.map(({ expression, value }) => `${expression} = ${plain(value)}`).join(", "))
    .replace(/\{([a-dA-D])\}/g, (_, place: string) => {
      const term = terms["abcd".indexOf(place.toLowerCase())] ?? "the question";
      return place === place.toUpperCase() ? capital(term) : term;
    });

function domainOf(text: string): Domain {
  const points = new Map<Domain, number>();
  for (const [domain, worth, sign] of signs) {
    if (sign.test(text)) points.set(domain, (points.get(domain) ?? 0) + worth);
  }
  const [best] = [...points].sort((a, b) => b[1] - a[1]);
  return best && best[1] >= 2 ? best[0] : "general";
}

function complexityOf(text: string, count: number): number {
  const asks =
    (text.match(/\?/g)?.length ?? 0) +
    (text.match(/\b(?:and|also|then|including|while|explain why|step)\b/gi)?.length ?? 0);
  const hard = /\b(?:prove|optimal|distributed|concurren\w+|theorem|quantum|trade-?offs?|case stud\w+|O\()/i.test(text)
    ? 0.2
    : 0;
  return Math.min(1, Math.log2(1 + count) / 12 + asks * 0.04 + hard);
}

/** A task with a number as its answer says what is sought in its question. */
function subjectsOf(text: string, domain: Domain): string[] {
  const question = domain === "math" ? (/[^.?!\n]{3,300}\?\s{0,9}$/.exec(text.trimEnd())?.[0] ?? "") : "";
  return distinct([...phrasesOf(question), ...phrasesOf(text)]).slice(0, 8);
}

type Word = { shown: string; key: string };
/** Telling words side by side, and what stands before them. */
type Run = { words: Word[]; before: string; article: boolean; opens: boolean };

/** The subjects of a text, best first: by how often they come, how early, and how much like a noun they stand. */
function phrasesOf(text: string): string[] {
  const runs = runsOf(text);
  const counts = new Map<string, number>();
  for (const { key } of runs.flatMap(({ words }) => words)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const ranked = runs.flatMap((run, place) => {
    const words = headOf(run.words);
    if (words.length === 0 || words.every(({ key }) => weak.has(key))) return [];
    const often = words.reduce((sum, { key }) => sum + Math.min(4, counts.get(key) ?? 1), 0) / words.length;
    const noun = nounness(words, run);
    return [{ text: shownAs(words, run), rank: often + noun - Math.min(3, place * 0.1), likely: noun > -0.5 }];
  });
  const nouns = ranked.filter(({ likely }) => likely);
  const chosen = nouns.length >= 2 ? nouns : ranked;
  return distinct(chosen.sort((a, b) => b.rank - a.rank).map((phrase) => phrase.text)).slice(0, 8);
}

function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  let run: Run | null = null;
  let end = -1;
  let before = "";
  let article = false;
  for (const hit of text.matchAll(token)) {
    const shown = hit[0].replace(/['’](?:s|re|ll|ve)?$/i, "").replace(/[-+]+$/, "");
    const key = shown.toLowerCase();
    const telling = !common.has(key) && key.length > 2 && !/^\d/.test(key);
    const opens = end < 0 || /[.?!:;\n]/.test(text.slice(end, hit.index));
    const joined = hit.index === end + 1 && text[end] === " " && run !== null && run.words.length < 6;
    if (telling && joined) run?.words.push({ shown, key });
    else run = telling ? { words: [{ shown, key }], before: opens ? "" : before, article, opens } : null;
    if (run?.words.length === 1) runs.push(run);
    article = articles.has(key) || (article && adjectives.has(key));
    before = key;
    end = hit.index + hit[0].length;
    if (runs.length >= 300) break;
  }
  return runs;
}

const articles = new Set("a an the my your his her its their our this that these those".split(" "));
const adjectives = new Set(
  "given following first second third last next same single new good simple short long whole main".split(" "),
);
const beforeNouns = new Set([
  ...articles,
  ..."of in about for with between on and or into from by as like than over through one two three four five six".split(
    " ",
  ),
  ...adjectives,
]);
const beforeVerbs = new Set(
  "to who they i you we which can could will would should may must not don't please he she it please let".split(" "),
);
const verbs = new Set(
  "shows show affect affects employ employs drawn priced says said said involve relate relates contain contains allow allows produce produces reported posted rated fell held invests invested maintains clicks circumscribing facing confront shorter true illustrates illustrate liked cause causes shape shapes seeking delve belong belongs exist exists captivates hits wakes heading according".split(
    " ",
  ),
);

/** At most three words, the verb that may follow a noun cut off. */
function headOf(words: readonly Word[]): Word[] {
  let end = words.length;
  while (end > 1 && isVerbal(words[end - 1]?.shown ?? "")) end--;
  return words.slice(Math.max(0, end - 3), end);
}

const isVerbal = (shown: string): boolean => verbs.has(shown) || /^\p{Ll}+(?:ed|ly)$/u.test(shown);

function nounness(words: readonly Word[], { before, opens }: Run): number {
  if (words.length > 1)
    return (/^\p{Ll}+ly$/u.test(words[0]?.shown ?? "") ? -0.6 : 1.2) + (beforeNouns.has(before) ? 0.5 : 0);
  const shown = words[0]?.shown ?? "";
  const unlikely =
    opens || beforeVerbs.has(before) || verbs.has(shown) || /^\p{Ll}+(?:ed|ly|ing|ous|ive|ful|able|ical)$/u.test(shown);
  return (beforeNouns.has(before) ? 0.7 : 0) - (unlikely ? 1 : 0);
}

/** Words keep their capitals, save the one that opens the prompt; a noun keeps its article. */
function shownAs(words: readonly Word[], { opens, article }: Run): string {
  const [first, ...rest] = words.map(({ shown }) => shown);
  const plainFirst = opens && /^\p{Lu}\p{Ll}+$/u.test(first ?? "") && rest.every((each) => /^\p{Ll}/u.test(each));
  const phrase = [plainFirst ? (first ?? "").toLowerCase() : (first ?? ""), ...rest].join(" ").slice(0, 60);
  return article ? `the ${phrase}` : phrase;
}

/** Without its article. */
export const bare = (phrase: string): string => phrase.replace(/^the /, "");

function distinct(phrases: readonly string[]): string[] {
  const kept: string[] = [];
  for (const phrase of phrases) {
    const key = bare(phrase).toLowerCase();
    if (kept.every((other) => !bare(other).toLowerCase().includes(key) && !key.includes(bare(other).toLowerCase())))
      kept.push(phrase);
  }
  return kept;
}
