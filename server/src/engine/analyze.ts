/**
 * What a prompt asks for, read from its words alone: no model call, a few milliseconds.
 *
 * Rules, not a trained classifier: the weights come later and these stay as the fallback.
 */
import type { Analysis, Complexity, Domain, Need } from "@orchestratex/sdk/contract";
import { detectAll } from "tinyld/light";

/** Only this much of a prompt is read for its words; the rest counts by its length. */
const READ = 8_000;

type Rule = { points: number; why: string; match: RegExp };

const rule = (points: number, why: string, match: RegExp): Rule => ({ points, why, match });

const domainRules: Record<Exclude<Domain, "general">, readonly Rule[]> = {
  coding: [
    rule(
      4,
      "a code block",
      /```|^\s*(?:def|class|import|from|function|const|let|var|public|#include|SELECT)\b.*[:({;]?\s*$/m,
    ),
    rule(
      3,
      "names a programming language",
      /\b(?:python|javascript|typescript|java|c\+\+|c#|rust|golang|kotlin|swift|php|ruby|bash|sql|html|css|regex|react|node\.?js|django|pandas|numpy|linux|docker|kubernetes)\b|\bC(?= program| code| function)/i,
    ),
    rule(
      3,
      "asks for code",
      /\b(?:code|function|program|script|algorithm|method|class|api|query|compiler?|debug|refactor|unit tests?|bug|stack ?trace|exception|segfault|data structure|binary tree|linked list|array|repository|leetcode|endpoint)\b/i,
    ),
    rule(
      2,
      "asks to implement",
      /\b(?:implement|compile|optimi[sz]e (?:this|the) (?:code|function|query)|write an? (?:\w+ ){0,3}(?:function|program|script|class|query|app|website|algorithm))\b/i,
    ),
  ],
  math: [
    rule(
      4,
      "an equation",
      /[=<>≤≥]\s*-?\d|\b[xyzn]\s*[\^²³+*/=-]\s*[\dxyzn(]|\d\s*[+*/^×÷]\s*\d|\\frac|\\int|∫|√|f\(\s*\w+\s*\)\s*=/,
    ),
    rule(
      3,
      "a mathematical task",
      /\b(?:solve|calculate|compute|prove|equation|integral|derivative|probabilit(?:y|ies)|theorem|matrix|eigenvalues?|polynomial|triangle|perimeter|area of|remainder|divisible|prime numbers?|algebra|geometry|calculus|arithmetic|inequalit(?:y|ies)|how much (?:money|more)|percent(?:age)?|ratio)\b|\b(?:berechne\w*|beweise\w*|gleichung\w*|wahrscheinlichkeit\w*|calcule[rz]?|équations?|calcula(?:r|d)?|ecuaci(?:ón|ones))/i,
    ),
    rule(
      2,
      "asks how many",
      /\b(?:how (?:many|much|far|long|old|fast|tall)|wie ?viele?|anzahl der|combien|cuánt[oa]s)\b/i,
    ),
    rule(2, "several numbers", /\d[\d.,]*(?:\D{1,200}\d[\d.,]*){3,}/),
    rule(4, "mathematical notation", /\$[^$\n]{1,200}[\\^_=+][^$\n]{0,200}\$|\\(?:sqrt|sum|frac|cdot|leq)\b/),
    rule(
      2,
      "quantities",
      /\b(?:half|one[- ]third|twice|average|total|sum|difference|each|per (?:hour|day|week|month)|value of|fraction|covariance|variance|derive|prime)\b/i,
    ),
  ],
  translation: [
    rule(
      7,
      "asks for a translation",
      /\btranslat(?:e|es|ed|ing|ion|or)\b|\b(?:traduc\w+|übersetz\w+|перевед\w+|翻译|翻訳)/i,
    ),
    rule(
      6,
      "into another language",
      /\b(?:in|into|to|from) (?:english|spanish|french|german|italian|portuguese|chinese|mandarin|japanese|korean|russian|arabic|hindi|dutch|polish|turkish|latin)\b|\bhow (?:do|would|can) (?:you|i|one) say\b|\b(?:english|spanish|french|german|chinese|japanese|russian|[A-Z]\w+) (?:version|rendition|format) (?:of|for)\b/i,
    ),
  ],
  sentiment: [
    rule(
      7,
      "asks for a sentiment",
      /\b(?:sentiments?|emotions?|mood|tone) (?:of|in|analysis|expressed|conveyed)\b|\b(?:positive|negative|neutral)\b[^.?!]{0,40}\b(?:or|and|\/|,)\s*(?:positive|negative|neutral)\b/i,
    ),
    rule(
      5,
      "about feelings in a text",
      /\b(?:sentiment|how does the (?:author|speaker|writer|customer|reviewer) feel|is this (?:review|tweet|comment|feedback)|classify (?:this|the|each) (?:review|tweet|comment)|rate (?:this|the|each) (?:review|movie review))/i,
    ),
    rule(2, "a review", /\b(?:reviews?|tweets?|customer feedback|irony|sarcas(?:m|tic)|hate ?speech)\b/i),
  ],
  creative: [
    rule(
      5,
      "asks for a creative text",
      /\b(?:poem|haiku|sonnet|limerick|lyrics|song|story|short story|novel|fairy tale|screenplay|dialogue|monologue|slogan|tagline|joke|riddle|pun|fiction|rap|parody|plot|persona|role ?-?play|blog post|travel blog|speech|advert(?:isement)?|invitation|caption|(?:linkedin|social media|instagram) post)s?\b|\b(?:poème|poema|gedicht|cuento|histoire|geschichte|bài thơ)\b/i,
    ),
    rule(
      3,
      "asks to imagine",
      /\b(?:imagine|pretend|brainstorm|invent|make up|act as|you are (?:a|an|the)\b(?! (?:math|computer|code))|picture yourself|envision|creative(?:ly)?|funny|humou?r(?:ous)?|witty|whimsical|embrace the role)\b/i,
    ),
    rule(
      2,
      "asks to compose",
      /\b(?:compose|write|craft|draft|pen)\b(?! (?:a |an |the )?(?:\w+ )?(?:function|program|script|code|query|class))/i,
    ),
  ],
  analysis: [
    rule(
      4,
      "asks for an analysis",
      /\b(?:analy[sz]e|analysis|compare|contrast|evaluate|assess|critique|critically|pros and cons|trade-?offs?|advantages|disadvantages|implications?|impact of|strengths and weaknesses|swot|root cause|argue|argument|discuss|interpret)\b/i,
    ),
    rule(
      3,
      "asks to reason about a text",
      /\b(?:summari[sz]e|summary|extract|identify (?:the|all|any)|given the following|based on the (?:text|passage|following)|the following (?:text|article|passage|paragraphs?|reports?|table|data)|read the (?:below|following)|classify|categori[sz]e|outline)\b/i,
    ),
    rule(
      2,
      "asks why or how it follows",
      /\b(?:why might|what if|explain why|how might|should (?:we|i|they|a)|is it (?:ethical|better|true)|which (?:option|approach|is better)|recommend|strategy|business plan|decide)\b/i,
    ),
  ],
  factual: [
    rule(
      3,
      "a question of fact",
      /^\s*(?:who|what|when|where|which|whose|how (?:does|do|did|is|are|was|were)|is|are|was|were|does|did|do|can)\b[^\n]{3,240}\?/im,
    ),
    rule(
      3,
      "asks for an explanation",
      /\b(?:explain|describe|define|definition|what (?:is|are|was|were)|who (?:is|was|were)|when (?:did|was)|where (?:is|was)|tell me about|difference between|how does|list (?:the|all|of)|name (?:the|three|five|\d+)|give me (?:facts|information))\b/i,
    ),
    rule(
      2,
      "asks a question",
      /^\s*(?:who|what|when|where|which|why|how|wer|was|wann|wo|warum|wie|qui|que|quand|où|pourquoi|comment|quién|qué|cuándo|dónde|por qué|cómo)\b|[?？]\s*$/i,
    ),
    rule(
      1,
      "a subject of knowledge",
      /\b(?:history|science|physics|biology|chemistry|geography|capital of|president|invented|discovered|century|war|planet|species|disease|law|constitution|theory)\b/i,
    ),
  ],
};

const needRules: Record<Exclude<Need, "long_context">, RegExp> = {
  reasoning:
    /\b(?:why|prove|proof|reason(?:ing)?|step[- ]by[- ]step|logic(?:al)?|deduce|infer|trade-?offs?|compare|derive|justify|root cause|puzzle)\b/i,
  multilingual:
    /\b(?:translat\w+|multilingual|(?:in|into|to) (?:english|spanish|french|german|italian|portuguese|chinese|japanese|korean|russian|arabic|hindi))\b/i,
  current_events:
    /\b(?:today|this (?:week|month|year)|latest|current(?:ly)? (?:news|events?|president|price|version)|breaking|recent(?:ly)?|202[5-9]|as of now|right now|up[- ]to[- ]date)\b/i,
  humor: /\b(?:joke|funny|humou?r(?:ous)?|pun|witty|sarcas(?:m|tic)|comic|parody|satir\w+|limerick|make me laugh)\b/i,
  efficiency:
    /\b(?:efficien(?:t|cy|tly)|fast(?:er|est)?|performance|optimi[sz]e|O\(|time complexity|memory usage|low[- ]latency|concise|brief(?:ly)?|cheap(?:ly|est)?)\b/i,
  safety:
    /\b(?:medic(?:al|ine|ation)|dose|dosage|symptoms?|diagnos\w+|legal advice|lawsuit|suicid\w+|self-harm|explosives?|weapons?|poison\w*|drugs?|hack(?:ing)?|exploit|malware|child(?:ren)?|safety|dangerous)\b/i,
};

/**
 * Shape: the user's prompt and context as sent; the analysis is complete for any text, also an empty one.
 * Scores: difficulty and confidence 1-10. Ties between domains keep the order of the list; no rule: `general`.
 */
export function analyze(prompt: string, context: string | null = null): Analysis {
  const text = prompt.slice(0, READ);
  const { domain, confidence, reasons } = domainOf(text);
  const needs = needsOf(text, prompt.length + (context?.length ?? 0));
  const { difficulty, why } = difficultyOf(text, prompt.length, domain, needs);
  return {
    domain,
    complexity_level: complexityOf(difficulty),
    estimated_difficulty: difficulty,
    language: languageOf(text),
    needs,
    confidence,
    reasons: [...reasons, ...why],
  };
}

/** The prompt without what only gets in a model's way: control characters, trailing blanks, piles of empty lines. */
export function cleanPrompt(prompt: string): string {
  return prompt
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\n\t])\p{Cc}|[\u200b\ufeff]/gu, "")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{4,}/g, "\n\n\n")
    .trim();
}

function domainOf(text: string): { domain: Domain; confidence: number; reasons: string[] } {
  const found = Object.entries(domainRules).map(([domain, rules]) => {
    const hits = rules.filter(({ match }) => match.test(text));
    return { domain: domain as Domain, points: hits.reduce((sum, hit) => sum + hit.points, 0), hits };
  });
  const [first, second] = found.toSorted((a, b) => b.points - a.points);
  if (!first || first.points < 2) return { domain: "general", confidence: 3, reasons: ["no sign of a special domain"] };
  const margin = first.points - (second?.points ?? 0);
  return {
    domain: first.domain,
    confidence: Math.min(10, Math.max(2, Math.round(3 + margin + first.points / 3))),
    reasons: first.hits.map(({ why }) => `${first.domain}: ${why}`),
  };
}

function needsOf(text: string, length: number): Need[] {
  const needs = Object.entries(needRules).flatMap(([need, match]) => (match.test(text) ? [need as Need] : []));
  return length > 24_000 ? [...needs, "long_context"] : needs;
}

const base: Record<Domain, number> = {
  coding: 4,
  math: 4,
  analysis: 4,
  creative: 3,
  translation: 3,
  sentiment: 2,
  factual: 2.5,
  general: 2,
};

function difficultyOf(
  text: string,
  length: number,
  domain: Domain,
  needs: Need[],
): { difficulty: number; why: string[] } {
  const signs: [number, string, boolean][] = [
    [-1, "very short", length < 60],
    [1, "long", length > 400],
    [1.5, "very long", length > 2_000],
    [1, "several tasks", tasksIn(text) >= 3],
    [
      1,
      "has constraints",
      /\b(?:must|without|at least|at most|exactly|no more than|only|ensure|constraints?|requirements?)\b/i.test(text),
    ],
    [
      2,
      "expert terms",
      /\b(?:prove|theorem|distributed|concurren(?:t|cy)|lock-free|quantum|np-hard|eigen\w*|stochastic|bayesian|asymptotic|consensus|kernel|cryptograph\w*|differential equation|jurisprudence|pharmacokinetic\w*)\b/i.test(
        text,
      ),
    ],
    [1, "needs reasoning", needs.includes("reasoning")],
    [
      1,
      "asks for depth",
      /\b(?:in[- ]depth|detailed|comprehensive|thorough(?:ly)?|rigorous|step[- ]by[- ]step|essay|report)\b/i.test(text),
    ],
  ];
  const seen = signs.filter(([, , holds]) => holds);
  const sum = seen.reduce((total, [points]) => total + points, base[domain]);
  return { difficulty: Math.min(10, Math.max(1, Math.round(sum))), why: seen.map(([, why]) => why) };
}

/** Questions, list items and joined imperatives: a rough count of what is asked. */
const tasksIn = (text: string): number =>
  (text.match(/\?/g)?.length ?? 0) +
  (text.match(/^\s*(?:[-*•]|\d+[.)])\s/gm)?.length ?? 0) +
  (text.match(/\b(?:and then|also|additionally|finally|then)\b/gi)?.length ?? 0);

function complexityOf(difficulty: number): Complexity {
  if (difficulty <= 2) return "simple";
  if (difficulty <= 5) return "moderate";
  return difficulty <= 7 ? "complex" : "expert";
}

/** English unless something else is clearly likelier: short English prompts are often taken for a neighbour language. */
function languageOf(text: string): string {
  const prose = text.replace(/```[\s\S]*?(?:```|$)/g, " ").slice(0, 2_000);
  const letters = prose.match(/\p{L}/gu)?.length ?? 0;
  if (letters < 3) return "und";
  // What is written in Latin letters alone is in no language of another script.
  const latin = !/(?!\p{Script=Latin})\p{L}/u.test(prose);
  const guesses = detectAll(prose).filter(({ lang }) => !latin || new Intl.Locale(lang).maximize().script === "Latn");
  const [first] = guesses;
  const english = guesses.find(({ lang }) => lang === "en");
  const looksEnglish = /\b(?:the|an|is|are|what|how|why|of|to|in|for|with|write|design|explain|and)\b/i.test(prose);
  if (!first) return looksEnglish ? "en" : "und";
  if (looksEnglish && (english !== undefined || letters < 40) && first.lang !== "en" && first.accuracy < 0.9)
    return "en";
  return first.lang;
}
