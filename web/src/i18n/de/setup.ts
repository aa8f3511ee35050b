import type { setup as english } from "../en/setup.ts";
import type { Phrase } from "../phrases.ts";

export const setup: Record<keyof typeof english, Phrase> = {};
