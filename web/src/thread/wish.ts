/** What became of the user's own words: whether the answer has them in it. Pure. */
import type { Iteration, ThreadView } from "./view.ts";

export type LostWish =
  /** It is in a version that is not the answer. */
  | { kind: "elsewhere"; wished: Iteration; answer: Iteration }
  /** No version has it. */
  | { kind: "unheard" };

type WishSource = Pick<ThreadView, "phase" | "iterations" | "feedback" | "leading" | "restored">;

/** Of a thread that has its answer. null: nothing was asked for, it is in the answer, or the user chose the answer. */
export function lostWish(view: WishSource): LostWish | null {
  const { phase, iterations, feedback, leading, restored } = view;
  const answer = leading === null ? undefined : iterations[leading - 1];
  if (phase !== "completed" || !answer || restored !== null) return null;
  const within = new Set(wovenIn(iterations, answer));
  const asked = feedback.flatMap(({ id, text }) => (id !== null && text !== null ? [id] : []));
  const missing = asked.filter((id) => !within.has(id));
  const wished = iterations
    .filter(({ version }) => version !== null)
    .findLast((one) => acceptedIn(one).some((id) => missing.includes(id)));
  // A lower score only counts where the user once restored another version: whoever did that has left this one.
  if (wished?.score != null && answer.score !== null && wished.score > answer.score) return null;
  if (wished) return { kind: "elsewhere", wished, answer };
  const heard = iterations.flatMap(({ reply }) => (reply?.points ?? []).map(({ id }) => id));
  return missing.some((id) => !heard.includes(id)) ? { kind: "unheard" } : null;
}

/** What a version and those that it came of were told to have in them. */
function wovenIn(iterations: readonly Iteration[], of: Iteration): string[] {
  const base = of.reply ? iterations[of.reply.base - 1] : undefined;
  return [...acceptedIn(of), ...(base && base.number < of.number ? wovenIn(iterations, base) : [])];
}

const acceptedIn = ({ reply }: Iteration): string[] =>
  (reply?.points ?? []).filter(({ state }) => state === "accepted").map(({ id }) => id);
