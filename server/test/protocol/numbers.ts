/**
 * Why an event's number comes from a counter in the locked row of its thread and not from a sequence: two writers, and a
 * reader who asks for what is above his cursor. A sequence's numbers can become visible out of order, and one is missed.
 */
import type { Move, World } from "./search.ts";

/** `number`: taken and not yet visible. */
type Writer = { number: number | null; phase: "before" | "writing" | "after" };

type State = { last: number; writers: readonly Writer[]; visible: readonly number[]; read: readonly number[] };

export const numbersWorld = (from: "sequence" | "row"): World<State, string> => ({
  start: { last: 0, writers: [writer, writer], visible: [], read: [] },
  key: (state) => JSON.stringify(state),
  *moves(state) {
    for (const [i, { phase, number }] of state.writers.entries()) {
      if (phase === "before") yield* begin(from, state, i);
      if (phase !== "writing" || number === null) continue;
      const visible = [...state.visible, number].sort();
      yield { action: `commit:${i}`, next: { ...put(state, i, { number, phase: "after" }), visible } };
      // A rolled-back row has its old number again; a sequence has not.
      const last = from === "row" ? state.last - 1 : state.last;
      yield { action: `roll back:${i}`, next: { ...put(state, i, { number: null, phase: "after" }), last } };
    }
    const fresh = state.visible.filter((number) => number > cursorOf(state));
    if (fresh.length > 0) yield { action: "read", next: { ...state, read: [...state.read, ...fresh] } };
  },
  broken(_, { next }) {
    const isMissed = next.visible.some((number) => number <= cursorOf(next) && !next.read.includes(number));
    return isMissed ? ["a reader gets every event"] : [];
  },
  final: ({ writers, visible, read }) =>
    writers.every(({ phase }) => phase === "after") && visible.length === read.length,
});

const writer: Writer = { number: null, phase: "before" };

const cursorOf = ({ read }: State): number => Math.max(0, ...read);

const put = (state: State, i: number, change: Writer): State => ({
  ...state,
  writers: state.writers.map((one, at) => (at === i ? change : one)),
});

function* begin(from: "sequence" | "row", state: State, i: number): Generator<Move<State, string>> {
  const isLocked = from === "row" && state.writers.some(({ phase }) => phase === "writing");
  if (isLocked) return;
  const number = state.last + 1;
  yield { action: `number:${i}`, next: { ...put(state, i, { number, phase: "writing" }), last: number } };
}
