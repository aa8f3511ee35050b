/** Phrases of its part of the page: keys `versions.word`. */
export const versions = {} as const;
