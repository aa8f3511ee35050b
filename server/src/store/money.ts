/** Dollars as the wire shows them: the tables keep 1e-10, the wire 1e-9. */
export const dollars = (amount: number): number => Math.round(amount * 1e9) / 1e9;

export const dollarsOrNull = (amount: number | null): number | null => (amount === null ? null : dollars(amount));
