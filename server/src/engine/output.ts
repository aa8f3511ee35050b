/** Reading what models wrote. It is untrusted: anything may be missing, wrong or hostile. Pure. */
import { Evaluated, NOTES_MARK, PrimaryNotes, RefinerNotes } from "@orchestratex/sdk/contract";
import { z } from "zod";

/** An answer without its trailer; `notes` is the trailer's JSON, or null when missing or unreadable. */
export function splitNotes(text: string): { answer: string; notes: unknown } {
  const at = markAt(text);
  if (at === -1) return { answer: text.trim(), notes: null };
  return { answer: text.slice(0, at).trim(), notes: jsonIn(text.slice(at + NOTES_MARK.length)) ?? null };
}

export const primaryNotes = (notes: unknown): PrimaryNotes => PrimaryNotes.safeParse(notes).data ?? {};

export const refinerNotes = (notes: unknown): RefinerNotes | null => RefinerNotes.safeParse(notes).data ?? null;

/**
 * One evaluator's judgement, or what is wrong with it in words the model can act on.
 * A quote that is not in the answer is emptied: nobody may be shown words the author never wrote.
 */
export function readEvaluation(text: string, answer: string): { evaluated: Evaluated } | { problem: string } {
  const value = jsonIn(text);
  if (value === undefined) return { problem: "the reply holds no JSON object" };
  const parsed = Evaluated.safeParse(firstEight(value));
  if (!parsed.success) return { problem: z.prettifyError(parsed.error).slice(0, 1_000) };
  const criticisms = parsed.data.criticisms.map((point) =>
    answer.includes(point.quote) ? point : { ...point, quote: "" },
  );
  return { evaluated: { ...parsed.data, criticisms } };
}

function firstEight(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("criticisms" in value) || !Array.isArray(value.criticisms))
    return value;
  return { ...value, criticisms: value.criticisms.slice(0, 8) };
}

/** The first JSON object in a text that may carry a fence or words around it; undefined when there is none. */
export function jsonIn(text: string): unknown {
  const from = text.indexOf("{");
  const to = text.lastIndexOf("}");
  if (from === -1 || to < from) return undefined;
  try {
    return JSON.parse(text.slice(from, to + 1));
  } catch {
    return undefined;
  }
}

/** The mark counts at the start of a line only; the last one wins, so an answer may quote it. */
function markAt(text: string): number {
  const at = text.lastIndexOf(`\n${NOTES_MARK}`);
  if (at !== -1) return at + 1;
  return text.startsWith(NOTES_MARK) ? 0 : -1;
}

/** As long as the mark with a line break on both sides, and a little more. */
const HELD_BACK = 16;

/**
 * What may be shown of a text that is still being written: never a piece of the notes.
 * Feed it every delta; it answers the text that is safe to show now. Call `rest` at the end.
 */
export function notesFilter(): { push(delta: string): string; rest(): string } {
  let held = "";
  let silent = false;
  let shown = "";
  const show = (text: string): string => {
    shown += text;
    return text;
  };
  return {
    push(delta) {
      if (silent) return "";
      held += delta;
      const at =
        held.startsWith(NOTES_MARK) && (shown === "" || shown.endsWith("\n")) ? 0 : held.indexOf(`\n${NOTES_MARK}`);
      if (at !== -1) {
        silent = true;
        return show(held.slice(0, at).trimEnd());
      }
      // White space around the answer is no part of it: it is shown once something follows.
      if (shown === "") held = held.trimStart();
      const ready = held.slice(0, Math.max(0, held.length - HELD_BACK)).trimEnd();
      held = held.slice(ready.length);
      return show(ready);
    },
    rest: () => (silent ? "" : show(held.trimEnd())),
  };
}
