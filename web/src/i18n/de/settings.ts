import type { settings as english } from "../en/settings.ts";
import type { Phrase } from "../phrases.ts";

export const settings: Record<keyof typeof english, Phrase> = {};
