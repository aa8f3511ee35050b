/** Phrases of its part of the page: keys `ask.word`. */
export const ask = {} as const;
