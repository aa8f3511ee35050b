import type { ask as english } from "../en/ask.ts";
import type { Phrase } from "../phrases.ts";

export const ask: Record<keyof typeof english, Phrase> = {};
