/** Why every transaction locks session, then thread, then responses: where two orders meet, each can wait for the other. */
import type { World } from "./search.ts";

/** Of each transaction: how many of its locks it has; one more than there are: it has committed. */
type State = readonly number[];

/** `orders`: the rows each transaction locks, in that order; a row may come twice. */
export const locksWorld = (orders: readonly (readonly string[])[]): World<State, string> => {
  const has = (state: State, i: number): readonly string[] => {
    const got = state[i] ?? 0;
    const all = orders[i] ?? [];
    return got > all.length ? [] : all.slice(0, got);
  };
  return {
    start: orders.map(() => 0),
    key: (state) => state.join(),
    *moves(state) {
      for (const [i, order] of orders.entries()) {
        const got = state[i] ?? 0;
        const next = state.map((one, at) => (at === i ? one + 1 : one));
        const wanted = order[got];
        const isFree =
          wanted === undefined || orders.every((_, other) => other === i || !has(state, other).includes(wanted));
        if (got <= order.length && isFree) yield { action: `${i}:${wanted ?? "commit"}`, next };
      }
    },
    broken: () => [],
    final: (state) => state.every((got, i) => got > (orders[i]?.length ?? 0)),
  };
};
