/** What a list of threads is narrowed to, as it stands in the address; and what its pages tell. Pure. */

import { domains } from "@orchestratex/sdk/lists";

/** The words each filter may have: those the server takes. */
export const choices = {
  status: ["running", "completed", "failed", "initializing"],
  domain: domains,
  mode: ["quick", "checked", "thorough", "auto", "direct"],
  simulated: ["true", "false"],
} as const;

export type FilterName = keyof typeof choices;
export const filterNames = Object.keys(choices) as FilterName[];

export type Filters = { q: string } & Record<FilterName, string | undefined>;

/** The server takes no more. */
export const QUERY_MAX = 200;

export function readFilters(params: URLSearchParams): Filters {
  const one = (name: FilterName) => choices[name].find((choice: string) => choice === params.get(name));
  return {
    q: (params.get("q") ?? "").trim().slice(0, QUERY_MAX),
    ...{ status: one("status"), domain: one("domain"), mode: one("mode"), simulated: one("simulated") },
  };
}

export function writeFilters(filters: Filters): URLSearchParams {
  const set = Object.entries(filters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return new URLSearchParams(set);
}

export const isFiltered = (filters: Filters): boolean => Object.values(filters).some(Boolean);

/** So many threads the server looks at for one page of a filtered list. */
const LOOKED_AT = 1_000;

/** How many threads were surely looked at: a page that is short, and yet not the last, stands for as many as the server looks at. */
export const lookedAt = (pages: readonly { items: readonly unknown[]; next_cursor: string | null }[], limit: number) =>
  pages.filter(({ items, next_cursor }) => next_cursor !== null && items.length < limit).length * LOOKED_AT;

/** The start of a Markdown text as plain words on one line, cut between words. */
export function startOf(text: string, length: number): string {
  const plain = text
    .slice(0, length * 4)
    .replace(/^\s*(?:#{1,6}|[-*+>]|\d+[.)])\s+/gm, "")
    .replace(/\*\*|__|`+/g, "")
    .replace(/\s+/g, " ")
    .trim();
  if (plain.length <= length) return text.length > length * 4 ? `${plain} …` : plain;
  const cut = plain.slice(0, length + 1);
  const space = cut.lastIndexOf(" ");
  const kept = space > length / 2 ? cut.slice(0, space) : [...cut.slice(0, length)].slice(0, -1).join("");
  return `${kept.trimEnd()} …`;
}
