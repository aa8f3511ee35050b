/** Small documents of many types, no two alike. */
import { zipOf } from "../../server/test/ingest/archive-builders.ts";
import { line, pagesOf } from "../../server/test/ingest/pdf-making.ts";
import { docxOf, paragraph } from "./made.ts";

export type Small = { name: string; bytes: Buffer };

const made: readonly [ending: string, of: (words: readonly string[]) => Buffer | string][] = [
  ["txt", (words) => words.join("\n\n")],
  ["md", ([title, ...rest]) => `# ${title}\n\n${rest.join("\n\n")}\n`],
  ["html", ([title, ...rest]) => `<title>${title}</title><h1>${title}</h1><p>${rest.join("<p>")}`],
  ["csv", (words) => `number,words\n${words.map((each, at) => `${at},"${each}"`).join("\n")}\n`],
  ["json", (words) => JSON.stringify({ words })],
  ["py", (words) => `def read():\n${words.map((each) => `    print("${each}")`).join("\n")}\n`],
  ["eml", ([title, ...rest]) => `From: a@b.c\nTo: d@e.f\nSubject: ${title}\n\n${rest.join("\n\n")}\n`],
  ["docx", (words) => docxOf(words.map(paragraph).join(""))],
  ["pdf", (words) => pagesOf([words.map((each, at) => line(50, 700 - 15 * at, each)).join("")])],
  ["zip", (words) => zipOf(words.map((each, at) => ({ name: `${at}.txt`, data: each })))],
];

export const smallDocuments = (count: number): Small[] =>
  Array.from({ length: count }, (_, number) => {
    const [ending = "txt", of] = made[number % made.length] ?? [];
    const words = Array.from({ length: 12 }, (_each, at) => `The quay ${number} was closed for the ${at + 1}th time.`);
    return { name: `small-${number}.${ending}`, bytes: Buffer.from(of?.(words) ?? "") };
  });
