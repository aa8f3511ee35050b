/** What critics said, each point with what became of it. Pure. */
import type { Criticism } from "@orchestratex/sdk/contract";
import { samePoint } from "@orchestratex/sdk/same-point";
import type { Iteration, Judgement, Point } from "../thread/view.ts";

/** `unread`: a later version may still answer it. */
type Fate = Point["state"] | "unread";

export type Said = Pick<Criticism, "point" | "criterion" | "severity" | "quote" | "suggestion"> &
  Pick<Point, "by" | "reason" | "improvement" | "justification"> & { key: string; fate: Fate };

export type PointFilter = { severity: Criticism["severity"] | "all"; fate: Fate | "all" };

export const severities = ["critical", "major", "minor"] as const;
export const fates = ["accepted", "disputed", "open", "unread"] as const;
export const noFilter: PointFilter = { severity: "all", fate: "all" };

/** The points of one critic, in its own words; `answered`: there is a later version, or there will be none. */
export const saidBy = (iteration: Iteration, judgement: Judgement, answered: boolean): Said[] =>
  judgement.criticisms.map((criticism, at) => {
    const known = iteration.points.find((point) => samePoint(criticism, point));
    const { point, criterion, severity, quote, suggestion } = criticism;
    return {
      ...{ key: `${judgement.model} ${at}`, point, criterion, severity, quote, suggestion },
      ...{ by: [judgement.model], fate: fateOf(known?.state ?? "open", answered) },
      ...{ reason: known?.reason ?? null, improvement: known?.improvement ?? null },
      justification: known?.justification ?? null,
    };
  });

/** The points of all critics, each once: as they were merged, or what has been said until they are. */
export function saidByAll(iteration: Iteration, answered: boolean): Said[] {
  if (iteration.points.length > 0)
    return iteration.points.map(({ id, state, ...point }) => ({ ...point, key: id, fate: fateOf(state, answered) }));
  const said: Said[] = [];
  for (const next of iteration.judgements.flatMap((judgement) => saidBy(iteration, judgement, answered))) {
    const at = said.findIndex((known) => samePoint(known, next));
    const known = said[at];
    if (known) said[at] = { ...known, by: [...new Set([...known.by, ...next.by])] };
    else said.push(next);
  }
  return said;
}

const fateOf = (state: Point["state"], answered: boolean): Fate => (state === "open" && !answered ? "unread" : state);

export const passes = ({ severity, fate }: Said, filter: PointFilter): boolean =>
  (filter.severity === "all" || filter.severity === severity) && (filter.fate === "all" || filter.fate === fate);
