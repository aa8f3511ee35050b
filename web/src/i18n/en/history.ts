/** Phrases of its part of the page: keys `history.word`. */
export const history = {} as const;
