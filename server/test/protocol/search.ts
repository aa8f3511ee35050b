/** Every state a small world can get into, breadth first: what is promised is asked of each move, and traces are shortest. */

export type Move<State, Action> = {
  action: Action;
  next: State;
  /** May happen, but nobody may count on it: a crash, a wish of the user. */
  chance?: boolean;
};

export type World<State, Action> = {
  start: State;
  /** Equal exactly for equal states. */
  key(state: State): string;
  moves(state: State): Iterable<Move<State, Action>>;
  /** The promises that are broken by, or after, this move. */
  broken(before: State, move: Move<State, Action>): readonly string[];
  /** At rest: nothing need happen any more. */
  final(state: State): boolean;
};

export type Found<State, Action> = {
  states: number;
  moves: number;
  finals: number;
  /** Not final, and nothing can happen. */
  deadEnds: State[];
  /** Not final, and no final state can be reached without chance's help: how many, and the way to the first. */
  stuck: { count: number; trace: readonly Action[] };
  /** The shortest way to each broken promise. */
  broken: Map<string, readonly Action[]>;
  graph: Graph<State, Action>;
};

/** State 0 is the start. Move i goes from `from[i]` to `to[i]`; `all` has them in full, when they were asked for. */
export type Graph<State, Action> = { from: number[]; to: number[]; all: Move<State, Action>[]; states: State[] };

const MOST_STATES = 3_000_000;

/** `keep`: states and moves in full, for whoever wants to walk the graph. */
export function explore<State, Action>(world: World<State, Action>, keep = false): Found<State, Action> {
  const known = new Map([[world.key(world.start), 0]]);
  const states: State[] = [world.start];
  const cameBy: (Action | null)[] = [null];
  const cameFrom: number[] = [0];
  const certain: { from: number[]; to: number[] } = { from: [], to: [] };
  const graph: Graph<State, Action> = { from: [], to: [], all: [], states };
  const finals: number[] = [];
  const deadEnds: State[] = [];
  const broken = new Map<string, readonly Action[]>();
  let moves = 0;

  const wayTo = (state: number): Action[] => {
    const way: Action[] = [];
    for (let at = state, by = cameBy[at]; by !== null && by !== undefined; at = cameFrom[at] ?? 0, by = cameBy[at])
      way.unshift(by);
    return way;
  };

  for (let from = 0; from < states.length; from++) {
    const state = states[from] as State;
    let moved = false;
    for (const move of world.moves(state)) {
      moves++;
      moved = true;
      const key = world.key(move.next);
      let to = known.get(key);
      if (to === undefined) {
        to = states.push(move.next) - 1;
        if (to > MOST_STATES) throw new Error("this world is too large to be explored");
        known.set(key, to);
        cameBy.push(move.action);
        cameFrom.push(from);
      }
      if (!move.chance) {
        certain.from.push(from);
        certain.to.push(to);
      }
      if (keep) {
        graph.from.push(from);
        graph.to.push(to);
        graph.all.push(move);
      }
      for (const promise of world.broken(state, move))
        if (!broken.has(promise)) broken.set(promise, [...wayTo(from), move.action]);
    }
    if (world.final(state)) finals.push(from);
    else if (!moved) deadEnds.push(state);
    if (!keep) states[from] = undefined as State;
  }
  const stuck = whereStuck(states.length, finals, certain);
  return {
    ...{ states: states.length, moves, finals: finals.length, deadEnds, broken, graph },
    stuck: { count: stuck.length, trace: stuck[0] === undefined ? [] : wayTo(stuck[0]) },
  };
}

/** States, nearest to the start first, from which no final state can be reached. */
function whereStuck(
  count: number,
  finals: readonly number[],
  { from, to }: { from: number[]; to: number[] },
): number[] {
  const first = new Int32Array(count + 1);
  for (const state of to) first[state + 1] = (first[state + 1] ?? 0) + 1;
  for (let i = 0; i < count; i++) first[i + 1] = (first[i + 1] ?? 0) + (first[i] ?? 0);
  const place = first.slice();
  const before = new Int32Array(to.length);
  for (const [i, state] of to.entries()) {
    const at = place[state] ?? 0;
    before[at] = from[i] ?? 0;
    place[state] = at + 1;
  }
  const ends = new Uint8Array(count);
  const todo = [...finals];
  for (const state of finals) ends[state] = 1;
  for (let state = todo.pop(); state !== undefined; state = todo.pop())
    for (let i = first[state] ?? 0; i < (first[state + 1] ?? 0); i++) {
      const earlier = before[i] ?? 0;
      if (ends[earlier] === 0) todo.push(earlier);
      ends[earlier] = 1;
    }
  return Array.from({ length: count }, (_, state) => state).filter((state) => ends[state] === 0);
}
