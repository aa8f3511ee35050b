import type { models as english } from "../en/models.ts";
import type { Phrase } from "../phrases.ts";

export const models: Record<keyof typeof english, Phrase> = {};
