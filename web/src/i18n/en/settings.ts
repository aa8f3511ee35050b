/** Phrases of its part of the page: keys `settings.word`. */
export const settings = {} as const;
