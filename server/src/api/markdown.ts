/** Foreign text in a Markdown document: what a model or a user wrote must stay text, and inside its place. Pure. */

/** In one line, with every character escaped that could be markup (CommonMark, GFM's tables and strikethrough, math). */
export const inline = (text: string): string =>
  text
    .replace(DIRECTION, "")
    .replace(/(?![\t\n\r])\p{Cc}/gu, "\ufffd")
    .replace(/[\s\u2028\u2029]+/g, " ")
    .trim()
    .replace(/[\\`*_[\]<>|~#&!$]/g, "\\$&")
    // At the start of a line these make lists, rules and headings.
    .replace(/^(\d{0,9})([-+=.)])/, "$1\\$2");

/** Embeddings, overrides and isolates: they would turn around what follows in the line. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]/g;

/** As it is, behind a fence longer than any inside. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const lines = text.replace(/\r\n?/g, "\n").replace(/(?![\t\n])\p{Cc}/gu, "\ufffd");
  return `${fence}text\n${lines}\n${fence}\n`;
}

/** Cells are Markdown already. */
export const tableOf = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");

export const dollars = (amount: number | null): string =>
  amount === null ? "unknown" : `$${amount.toFixed(6).replace(/(\.\d\d\d*?)0+$/, "$1")}`;

export const seconds = (ms: number | null): string => (ms === null ? "" : `${(ms / 1_000).toFixed(1)} s`);

export const shown = (score: number | null): string => (score === null ? "not judged" : score.toFixed(1));
