/** What the user thinks of a thread, as it is shown. Pure. */
import type { ThreadView } from "./view.ts";

/** Not what was asked for while it was written: the server keeps that as a comment too. */
export const ownComment = ({ comment, feedback }: Pick<ThreadView, "comment" | "feedback">): string | null =>
  comment !== null && feedback.some(({ text }) => text === comment) ? null : comment;

/** The version that the opinion was given to, where another one is shown; null: there is nothing to say. */
export function ratedElsewhere(
  view: Pick<ThreadView, "accepted" | "rating" | "comment" | "feedback"> & { ratedVersion?: number | null },
  shown: number,
): number | null {
  const rated = view.ratedVersion ?? null;
  const hasOpinion = view.accepted !== null || view.rating !== null || ownComment(view) !== null;
  return hasOpinion && rated !== null && rated !== shown ? rated : null;
}
