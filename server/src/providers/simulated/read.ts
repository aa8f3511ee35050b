/** A request as a model reads it: nothing but the words of its messages. */
import { NOTES_MARK } from "@orchestratex/sdk/contract";
import type { Message } from "../provider.ts";
import type { Wish } from "./wishes.ts";

export type Critique = {
  id: string;
  severity: string;
  criterion: string;
  point: string;
  quote: string;
  suggestion: string;
};

export type Passage = { id: string; text: string };

export type Task = {
  kind: "answer" | "evaluation" | "revision";
  /** The prompt, and whatever came before it. */
  prompt: string;
  context: string;
  passages: Passage[];
  answer: string;
  previousAnswer: string | null;
  criticisms: Critique[];
  /** The user's own, oldest first. */
  wishes: Wish[];
  /** Whether the reply is to end with notes. */
  notes: boolean;
  /** The last reply did not fit the form, and a better one is asked for. */
  repair: boolean;
};

type Material = { tag: string; attributes: string; text: string };

const tags = "prompt|context|passage|answer|previous_answer|criticism|feedback";

export function read(messages: readonly Message[]): Task {
  const asked = messages.filter(({ role }) => role === "user");
  const parsed = asked.map(({ content }) => materialsOf(content));
  const index = parsed.findLastIndex(({ materials }) => materials.length > 0);
  if (index < 0) return chat(messages);
  const materials = parsed[index]?.materials ?? [];
  const instructions = [...messages.filter(({ role }) => role === "system").map(({ content }) => content)]
    .concat(parsed.slice(index).map(({ rest }) => rest))
    .join("\n");
  const all = (tag: string) => materials.filter((material) => material.tag === tag);
  const answer = all("answer")[0]?.text ?? "";
  const judges = all("answer").length > 0 && instructions.includes("evaluation_criteria");
  return {
    kind: judges ? "evaluation" : answer !== "" ? "revision" : "answer",
    prompt: all("prompt")[0]?.text ?? "",
    context: all("context")
      .map(({ text }) => text)
      .join("\n"),
    passages: all("passage").map(({ attributes, text }, at) => ({
      id: attribute(attributes, "id") || `${at + 1}`,
      text,
    })),
    answer,
    previousAnswer: all("previous_answer")[0]?.text ?? null,
    criticisms: all("criticism").map(critiqueOf),
    wishes: all("feedback").map(wishOf),
    notes: instructions.includes(NOTES_MARK),
    repair: index < asked.length - 1,
  };
}

function chat(messages: readonly Message[]): Task {
  const last = messages.findLastIndex(({ role }) => role === "user");
  const before = messages.filter(({ role }, index) => index !== last && role !== "system");
  return {
    kind: "answer",
    prompt: messages[last]?.content ?? messages.at(-1)?.content ?? "",
    context: before.map(({ content }) => content).join("\n"),
    passages: [],
    answer: "",
    previousAnswer: null,
    criticisms: [],
    wishes: [],
    notes: false,
    repair: false,
  };
}

/**
 * The tagged material of a message, and the message without it.
 *
 * A tag counts at the start of a line, so that prose may name tags; only where none stands so, anywhere.
 * What opens inside material is material: closing tags in it come escaped.
 */
function materialsOf(content: string): { materials: Material[]; rest: string } {
  const strict = scan(content, new RegExp(`(?<=^|\\n|>)[ \\t]{0,8}<(${tags})((?: [^<>\\n]{0,400})?)>`, "g"));
  return strict.materials.length > 0 ? strict : scan(content, new RegExp(`<(${tags})((?: [^<>\\n]{0,400})?)>`, "g"));
}

function scan(content: string, opening: RegExp): { materials: Material[]; rest: string } {
  const materials: Material[] = [];
  const unclosed = new Set<string>();
  let rest = "";
  let from = 0;
  for (let hit = opening.exec(content); hit; hit = opening.exec(content)) {
    const tag = hit[1] ?? "";
    const start = hit.index + hit[0].length;
    const close = unclosed.has(tag) ? -1 : content.indexOf(`</${tag}>`, start);
    if (close < 0) {
      unclosed.add(tag);
      continue;
    }
    const text = plain(content.slice(start, close)).trim();
    materials.push({ tag, attributes: hit[2] ?? "", text });
    rest += content.slice(from, hit.index);
    from = close + tag.length + 3;
    opening.lastIndex = from;
  }
  return { materials, rest: rest + content.slice(from) };
}

/** Material as it was before its tags were made inert; whatever else looks escaped is the writer's own. */
const plain = (text: string): string =>
  text.includes("&lt;") ? text.replace(inert, "<$1>").replace(inertClose, "</") : text;
const inert = new RegExp(`&lt;(/?(?:${tags})\\b[^<>\\n]{0,200}?)&gt;`, "gi");
const inertClose = new RegExp(`&lt;/(?=(?:${tags})\\b)`, "gi");

const attribute = (attributes: string, name: string): string =>
  new RegExp(`(?:^|\\s)${name}="([^"]{0,80})"`).exec(attributes)?.[1] ?? "";

function critiqueOf({ attributes, text }: Material, index: number): Critique {
  const { rest, quote, suggestion } = labelled(text);
  return {
    id: attribute(attributes, "id") || `c${index + 1}`,
    severity: attribute(attributes, "severity") || "major",
    criterion: attribute(attributes, "criterion") || "completeness",
    point: rest,
    quote,
    suggestion,
  };
}

const wishOf = ({ attributes, text }: Material, index: number, { length }: readonly Material[]): Wish => {
  const status = attribute(attributes, "status");
  return {
    id: attribute(attributes, "id") || `f${index + 1}`,
    text,
    fresh: status === "" ? index === length - 1 : status === "new",
  };
};

function labelled(text: string): { rest: string; quote: string; suggestion: string } {
  const at = (label: RegExp) => label.exec(text)?.index ?? text.length;
  const quoteAt = at(/^[ \t]{0,8}quote:/im);
  const suggestionAt = at(/^[ \t]{0,8}suggestion:/im);
  const part = (from: number) => {
    const to = [quoteAt, suggestionAt, text.length].filter((end) => end > from).sort((a, b) => a - b)[0] ?? text.length;
    return text
      .slice(from, to)
      .replace(/^\s{0,8}\w+:/, "")
      .trim();
  };
  return {
    rest: text.slice(0, Math.min(quoteAt, suggestionAt)).trim(),
    quote: unquoted(part(quoteAt)),
    suggestion: part(suggestionAt),
  };
}

const unquoted = (text: string): string => (/^["“«].*["”»]$/s.test(text) ? text.slice(1, -1).trim() : text);
