/** The limit that a thread's cost is held to. */
import { useSession } from "../data/queries.ts";
import { useThreadPage } from "./context.ts";

type Limit = {
  /** US dollars; null: there is none. */
  limit: number | null;
  /** Whose it is; null: not known. */
  of: "thread" | "session" | null;
  /** What counts towards it: of a session's, all that was spent there. */
  used: number;
};

export function useLimit(): Limit {
  const { head, view } = useThreadPage();
  const { data: session } = useSession(head.sessionId ?? undefined);
  const start: { cost_limit: number | null; cost_limit_of?: "thread" | "session" | null | undefined } | null =
    view.start;
  const limit = start?.cost_limit ?? null;
  // Threads of older servers do not tell.
  const likely = session ? (session.settings.cost_limit === limit ? "session" : "thread") : null;
  const of = limit === null ? null : (start?.cost_limit_of ?? likely);
  return { limit, of, used: of === "session" ? Math.max(session?.total_cost ?? 0, view.totalCost) : view.totalCost };
}
