import type { versions as english } from "../en/versions.ts";
import type { Phrase } from "../phrases.ts";

export const versions: Record<keyof typeof english, Phrase> = {};
