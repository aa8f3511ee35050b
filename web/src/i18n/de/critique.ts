import type { critique as english } from "../en/critique.ts";
import type { Phrase } from "../phrases.ts";

export const critique: Record<keyof typeof english, Phrase> = {};
