/** Which version came of which, and the criticism that lies between them. Pure. */
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import type { Point, ThreadView } from "../thread/view.ts";
import type { Cause } from "./causes.ts";

/** Iteration -> the one whose version it revised: the best at that time, not always the one before. */
export function basesOf(events: readonly ThreadEvent[]): ReadonlyMap<number, number> {
  const bases = new Map<number, number>();
  let best: number | null = null;
  for (const event of events) {
    if (event.event_type === "iteration_completed") best = event.details.best_iteration;
    else if (event.event_type === "thread_updated") best = event.details.best_iteration ?? best;
    else if (event.event_type === "response_generated" && event.details.role === "refiner") {
      const number = event.iteration_number ?? 0;
      const base = best ?? number - 1;
      if (base > 0 && base < number) bases.set(number, base);
    }
  }
  return bases;
}

/** The points that were answered on the way from one version to another; null: the one did not come of the other. */
export function pointsBetween(
  view: ThreadView,
  events: readonly ThreadEvent[],
  from: number,
  to: number,
): readonly Cause[] | null {
  const bases = basesOf(events);
  const steps: { base: number; revision: number }[] = [];
  for (let revision = to; revision !== from; ) {
    const base = bases.get(revision);
    if (base === undefined) return null;
    steps.unshift({ base, revision });
    revision = base;
  }
  return steps.flatMap(({ base, revision }) => answered(view, events, base, revision));
}

function answered(view: ThreadView, events: readonly ThreadEvent[], base: number, revision: number): readonly Cause[] {
  const reply = events.findLast(
    (event) => event.event_type === "criticism_addressed" && event.iteration_number === revision,
  );
  const own = view.iterations[base - 1]?.points ?? [];
  if (reply?.event_type !== "criticism_addressed") return own.map((point) => ({ ...blank(point), iteration: base }));
  const { accepted, disputed, specific_improvements } = reply.details;
  const named = [...accepted, ...disputed.map(({ id }) => id)];
  const known = new Set(own.map(({ id }) => id));
  const wished = view.iterations.flatMap(({ points }) => points).filter(({ id }) => named.includes(id) && isWish(id));
  const all = [
    ...own.filter(({ id }) => !isWish(id) || named.includes(id)),
    ...wished.filter(({ id }) => !known.has(id)),
  ];
  return all.map((point) => {
    const against = disputed.find(({ id }) => id === point.id);
    const made = specific_improvements.find(({ criticism_point }) => criticism_point === point.id);
    return {
      ...{ ...blank(point), iteration: base },
      state: against ? "disputed" : accepted.includes(point.id) ? "accepted" : "open",
      ...{ reason: against?.reason ?? null, improvement: made?.improvement_made ?? null },
      justification: made?.justification ?? null,
    };
  });
}

/** Criticism has c1, c2 ...; what a user asked for has another id. */
export const isWish = (id: string): boolean => !/^c\d+$/.test(id);

/** As it was said: what an earlier or later revision answered to it is another matter. */
const blank = (point: Point): Point => ({
  ...point,
  ...{ state: "open", reason: null, improvement: null, justification: null },
});
