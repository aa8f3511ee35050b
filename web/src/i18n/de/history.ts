import type { history as english } from "../en/history.ts";
import type { Phrase } from "../phrases.ts";

export const history: Record<keyof typeof english, Phrase> = {};
