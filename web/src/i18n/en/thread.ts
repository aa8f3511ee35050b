/** Phrases of its part of the page: keys `thread.word`. */
export const thread = {} as const;
