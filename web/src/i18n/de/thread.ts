import type { thread as english } from "../en/thread.ts";
import type { Phrase } from "../phrases.ts";

export const thread: Record<keyof typeof english, Phrase> = {};
