/** What a user's own wish asks of an answer, as far as a simulated model understands it, and whether an answer does it. */
import { languageOf, opening } from "./languages.ts";
import { sectionsOf } from "./mend.ts";
import { paragraphs, sentencesOf, tidy } from "./text.ts";
import { fill, type Topic } from "./topic.ts";

/** `fresh`: to be worked in now; the others were before. */
export type Wish = { id: string; text: string; fresh: boolean };

type Act = {
  /** For the notes. */
  done: string;
  /** `before`: the version that was to be changed, where it is known. */
  met(answer: string, before: string | null): boolean;
  apply(text: string, topic: Topic): string;
  /** Asked of one revision alone. */
  once?: boolean;
};

/** The answer with a wish worked in, and what was done. */
export function worked(text: string, wish: Wish, topic: Topic): { text: string; done: string } {
  const acts = actsFor(wish.text).filter(({ once }) => wish.fresh || !once);
  const after = acts.reduce((read, act) => (act.once || !act.met(read, null) ? act.apply(read, topic) : read), text);
  return { text: after, done: [...new Set(acts.map(({ done }) => done))].join(" ") };
}

/** Of what an answer leaves undone of a wish, what can be seen. */
export const unmet = (answer: string, before: string | null, wish: Wish): string[] =>
  actsFor(wish.text).flatMap(({ met, done, once }) => ((once && !wish.fresh) || met(answer, before) ? [] : [done]));

/** The language a wish asks for; null: none. */
export function languageAsked({ text }: Wish): string | null {
  const [, name = ""] = inLanguage.exec(text) ?? [];
  return languages[name.toLowerCase()] ?? null;
}

function actsFor(wish: string): Act[] {
  const found = [
    ...(shorter.test(wish) ? [cut] : []),
    ...(example.test(wish) ? [exemplified] : []),
    ...(inLanguage.test(wish) ? [inItsLanguage(wish)] : []),
    ...[...wish.slice(0, 2_000).matchAll(quoted)].slice(0, 5).map((hit) => mention(hit.slice(1).find(Boolean) ?? "")),
  ];
  return found.length > 0 ? found : [takenUp(wish)];
}

const shorter = /\b(?:short(?:er|en)?|brief(?:er|ly)?|concise|kürzer|court|corto|breve)\b/i;
const example = /\b(?:examples?|instances?|beispiele?|exemples?|ejemplos?)\b/i;
const quoted =
  /"([^"\n]{1,60})"|“([^”\n]{1,60})”|«([^»\n]{1,60})»|„([^“\n]{1,60})“|(?<!\p{L})'([^'\n]{1,60})'(?!\p{L})/gu;
const inLanguage =
  /\b(?:in|into|auf|en)\s+(english|german|french|spanish|italian|portuguese|dutch|russian|chinese|japanese|korean|arabic|hindi|englisch|deutsch|français|español)(?!\p{L})/iu;
const languages: Readonly<Record<string, string>> = {
  ...{ english: "en", german: "de", french: "fr", spanish: "es", italian: "it", portuguese: "pt", dutch: "nl" },
  ...{ russian: "ru", chinese: "zh", japanese: "ja", korean: "ko", arabic: "ar", hindi: "hi" },
  ...{ englisch: "en", deutsch: "de", français: "fr", español: "es" },
};

const cut: Act = {
  done: "Cut the answer to what matters most.",
  once: true,
  met: (answer, before) => before === null || answer.length < before.length,
  apply(text) {
    const [head, ...rest] = sectionsOf(text);
    const body = head && opening.test(head.text) ? rest : [...(head ? [head] : []), ...rest];
    const kept = body.slice(0, Math.ceil(body.length / 2)).map((section) => section.text);
    const [only = ""] = kept;
    const sentences = sentencesOf(only);
    const half = sentences[Math.ceil(sentences.length / 2) - 1];
    const first = head && opening.test(head.text) ? head.text : "";
    return paragraphs(first, ...(body.length > 1 ? kept : [half ? only.slice(0, half.end) : only]));
  },
};

const exemplified: Act = {
  done: "Added an example.",
  met: (answer) => /\bfor (?:example|instance)\b|\bsuppose\b/i.test(answer.slice(0, 30_000)),
  apply: (text, topic) =>
    tidy(
      `${text}\n\n${fill("For example, suppose somebody meets {a} for the first time: {b} is where they would begin.", topic)}`,
    ),
};

/** Only the first sentence can be in it, and says so. */
const inItsLanguage = (wish: string): Act => {
  const language = languageAsked({ id: "", text: wish, fresh: true });
  return {
    done: "Changed the language as far as a simulated model can: its first sentence.",
    met: (answer) => languageOf(answer.split("\n")[0] ?? "") === language,
    apply: (text) => text,
  };
};

const mention = (words: string): Act => ({
  done: `Mentioned "${words}".`,
  met: (answer) => answer.toLowerCase().includes(words.toLowerCase()),
  apply: (text, topic) =>
    tidy(`${text}\n\n${fill(`A word on "${words}": it stands beside {a} here because it was asked for.`, topic)}`),
});

const takenUp = (wish: string): Act => {
  const said = wish.replace(/\s+/g, " ").trim().slice(0, 160);
  return {
    done: `Took up the wish: ${said}`,
    met: () => true,
    once: true,
    apply: (text) => tidy(`${text}\n\nTaken up as asked, as far as a simulated model can: ${said}`),
  };
};
