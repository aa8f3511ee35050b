/** Phrases of its part of the page: keys `models.word`. */
export const models = {} as const;
