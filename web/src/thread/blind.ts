/** What models are called where their names are hidden. Pure. */
import type { ThreadView } from "./view.ts";

type Known = Pick<ThreadView, "choice" | "iterations" | "troubles">;

/** Critics and others go by letters, authors by numbers. */
export type Alias = { part: "author" | "critic" | "other"; mark: string; alone: boolean };

const FIRST_LETTER = 65;

export function aliasesOf({ choice, iterations, troubles }: Known): ReadonlyMap<string, Alias> {
  const authors = named([
    choice?.selected_model,
    ...troubles.flatMap(({ kind, model, to }) => (kind === "fallback" ? [model, to] : [])),
    ...iterations.map(({ author }) => author),
  ]);
  const critics = named([
    ...(choice?.evaluators ?? []),
    ...iterations.flatMap(({ judgements }) => judgements.map(({ model }) => model)),
  ]).filter((name) => !authors.includes(name));
  const others = named((choice?.candidates_considered ?? []).map(({ model_name }) => model_name)).filter(
    (name) => !authors.includes(name) && !critics.includes(name),
  );
  const lettered = [...critics, ...others].map((name, at): [string, Alias] => [
    name,
    { part: critics.includes(name) ? "critic" : "other", mark: String.fromCharCode(FIRST_LETTER + at), alone: false },
  ]);
  const numbered = authors.map((name, at): [string, Alias] => [
    name,
    { part: "author", mark: String(at + 1), alone: authors.length === 1 },
  ]);
  return new Map([...numbered, ...lettered]);
}

const named = (names: readonly (string | null | undefined)[]): string[] => [
  ...new Set(names.filter((name): name is string => typeof name === "string" && name !== "")),
];
