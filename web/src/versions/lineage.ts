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
  return steps.flatMap(({ base, revision }) => answered(view, base, revision));
}

function answered({ iterations }: ThreadView, base: number, revision: number): readonly Cause[] {
  const reply = iterations[revision - 1]?.reply;
  const points = reply?.points ?? iterations[base - 1]?.points.map(blank) ?? [];
  return points.map((point) => ({ ...point, iteration: base }));
}

/** Criticism has c1, c2 ...; what a user asked for has another id. */
export const isWish = (id: string): boolean => !/^c\d+$/.test(id);

/** As it was said: what an earlier revision answered to it is another matter. */
const blank = (point: Point): Point => ({
  ...point,
  ...{ state: "open", reason: null, improvement: null, justification: null },
});
