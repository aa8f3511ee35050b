/** Phrases of its part of the page: keys `critique.word`. */
export const critique = {} as const;
