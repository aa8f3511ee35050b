/** Walks through a world's graph that together take every move asked for, each from the start on. */
import type { Graph, Move } from "./search.ts";

/**
 * `label`: moves of one label are as good as each other, and one of them must be taken; those without a label (null) are only
 * the way there.
 */
export function coveringWalks<State, Action>(
  graph: Graph<State, Action>,
  label: (from: State, move: Move<State, Action>) => string | null,
): Move<State, Action>[][] {
  const out: number[][] = graph.states.map(() => []);
  for (const [move, from] of graph.from.entries()) out[from]?.push(move);
  const labels = graph.all.map((move, i) => label(graph.states[graph.from[i] ?? 0] as State, move));
  const open = new Set(labels.filter((one) => one !== null));
  const isOpen = (move: number) => open.has(labels[move] ?? "");
  const walks: Move<State, Action>[][] = [];
  while (open.size > 0) {
    const walk: number[] = [];
    for (let at = 0; ; ) {
      const way = wayToOpen(graph, out, isOpen, at);
      if (way.length === 0) break;
      for (const move of way) open.delete(labels[move] ?? "");
      walk.push(...way);
      at = graph.to[way.at(-1) ?? 0] ?? 0;
    }
    if (walk.length === 0) throw new Error("some moves cannot be reached from the start");
    walks.push(walk.map((move) => graph.all[move] as Move<State, Action>));
  }
  return walks;
}

/** The shortest way whose last move is still open; a move that changes nothing comes before all others. */
function wayToOpen<State, Action>(
  { from, to, states }: Graph<State, Action>,
  out: readonly number[][],
  isOpen: (move: number) => boolean,
  start: number,
): number[] {
  const cameBy = new Int32Array(states.length).fill(-1);
  const todo = [start];
  for (let i = 0; i < todo.length; i++) {
    const state = todo[i] ?? 0;
    const here = (out[state] ?? []).filter(isOpen);
    const last = here.find((move) => to[move] === state) ?? here[0];
    if (last !== undefined) {
      const way = [last];
      for (let at = state; at !== start; at = from[way[0] ?? 0] ?? 0) way.unshift(cameBy[at] ?? 0);
      return way;
    }
    for (const move of out[state] ?? []) {
      const next = to[move] ?? 0;
      if (next === start || cameBy[next] !== -1) continue;
      cameBy[next] = move;
      todo.push(next);
    }
  }
  return [];
}
