/** Drafts for programming: one block in the language the prompt names, and what a reviewer wants to know about it. */
import type { Chance } from "./chance.ts";
import type { Draft } from "./draft.ts";
import { programs, skeletons } from "./programs.ts";
import { wordsOf } from "./text.ts";
import { fill, type Topic } from "./topic.ts";

export const draftCode: Draft = (topic, chance) => {
  const language = languageOf(topic.prompt);
  const task = programs.find(({ asked }) => asked.test(topic.prompt.slice(0, 5_000)));
  const name = task?.name ?? nameFor(topic);
  const known = task?.[language === "javascript" || language === "typescript" ? "javascript" : "python"];
  const written =
    known && ["python", "javascript", "typescript"].includes(language)
      ? known
      : (skeletons[language] ?? skeletons["python"] ?? "").replaceAll("NAME", cased(name, language));
  const leads = [
    `Here is a version in ${shown[language] ?? language} that keeps to one task: {a}.`,
    `The following ${shown[language] ?? language} code treats {a} and leaves {b} to the caller.`,
  ] as const;
  return [
    { text: fill(chance.pick(leads), topic), prose: true },
    { text: `\`\`\`${language}\n${written}\n\`\`\``, against: "no_code" },
    { text: fill(explain(chance, task !== undefined), topic), prose: true },
    {
      text: `Usage, for example: ${task?.usage ?? usages[language] ?? `call \`${cased(name, language)}\` with a short list first and compare the result with one worked out by hand`}.`,
      prose: true,
    },
    { text: fill(chance.pick(edges), topic), against: "no_edge_cases", prose: true },
    {
      text:
        task?.cost ??
        "Cost: each element is looked at once, so the time grows linearly, O(n), and the extra space is that of the result.",
      against: "no_cost",
    },
  ];
};

const explain = (chance: Chance, solved: boolean): string =>
  solved
    ? "How it works: the function reads its input once, keeps only what the next step needs, and returns the result instead of printing it, so that {a} can be tested by itself."
    : chance.pick([
        "How it works: the outline is complete and runs; the rule for {a} is the one marked line, which a simulated model leaves general. What concerns {b} comes in as an argument, so that the function can be tested by itself.",
        "How it works: the function goes through its input once and applies the rule for {a} to each element. The marked line is where the specifics of {b} belong; everything around it stays as it is.",
      ]);

const usages: Readonly<Record<string, string>> = {
  html: "save it as one file, open it in a browser and press the button twice",
  sql: "run it on a small copy of the table first and count the rows by hand",
};

const edges = [
  "Edge cases: an empty input gives an empty result, a single element is returned as it is, and invalid input is refused with a clear error.",
  "Edge cases worth a test of their own: nothing at all, one element, duplicates, and an element that {b} was never meant for.",
] as const;

const shown: Readonly<Record<string, string>> = {
  python: "Python",
  javascript: "JavaScript",
  typescript: "TypeScript",
  java: "Java",
  cpp: "C++",
  csharp: "C#",
  go: "Go",
  rust: "Rust",
  sql: "SQL",
  html: "HTML",
  bash: "Bash",
};

const languages: readonly [string, RegExp][] = [
  ["typescript", /\btypescript\b/i],
  ["javascript", /\b(?:javascript|node(?:\.?js)?|react)\b/i],
  ["cpp", /\bc\+\+/i],
  ["csharp", /\bc#/i],
  ["java", /\bjava\b/i],
  ["rust", /\brust\b/i],
  ["go", /\b(?:golang|in go)\b/i],
  ["sql", /\bsql\b|\bselect\b.{1,80}\bfrom\b/i],
  ["html", /\bhtml\b|\bwebsite\b|\bweb page\b/i],
  ["bash", /\b(?:bash|shell)\b/i],
];

const languageOf = (prompt: string): string =>
  languages.find(([, sign]) => sign.test(prompt.slice(0, 5_000)))?.[0] ?? "python";

/** Two or three words of the subject, as a name. */
function nameFor({ terms, own }: Topic): string {
  const words = terms
    .slice(0, Math.max(1, Math.min(2, own)))
    .flatMap((term) => wordsOf(term.normalize("NFKD").replace(/[^a-zA-Z0-9 ]/g, " ")))
    .filter((word) => /^[a-z][a-z0-9]{1,15}$/.test(word));
  return words.slice(0, 3).join("_") || "solve";
}

const cased = (name: string, language: string): string =>
  ["javascript", "typescript", "java", "go", "csharp"].includes(language)
    ? name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    : name;
