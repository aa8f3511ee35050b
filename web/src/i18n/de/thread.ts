import type { thread as english } from "../en/thread.ts";
import type { Phrase } from "../phrases.ts";

export const thread: Record<keyof typeof english, Phrase> = {
  "thread.parts": "Teile dieser Frage",
  "thread.answer": "Antwort",
  "thread.debate": "Debatte",
  "thread.critiques": "Kritiken",
  "thread.versions": "Fassungen",
  "thread.cost": "Kosten",
  "thread.log": "Protokoll",
};
