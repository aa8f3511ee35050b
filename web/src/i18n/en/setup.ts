/** Phrases of its part of the page: keys `setup.word`. */
export const setup = {} as const;
