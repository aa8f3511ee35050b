/** What a worker reads before it takes up a thread: the prompt as asked, its limits, and what was done already. */
import type {
  Analysis,
  AskPrompt,
  Decision,
  ModelEvaluation,
  ModelResponse,
  Selection,
  Strategy,
} from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { evaluationsOf, responsesOf, selectionsOf } from "./thread-detail.ts";

/** `conversation_threads.settings`: the effective ones of a prompt, and what was asked word for word (for a draft). */
export type ThreadSettings = {
  asked: Omit<AskPrompt, "prompt" | "thread_id">;
  /** Null: the mode decides. */
  max_iterations: number | null;
  evaluators: number | null;
  strategy: Strategy;
  preferred_models: readonly string[];
  excluded_models: readonly string[];
  model_name: string | null;
  context_mode: "session" | "none";
  deadline_ms: number;
  /** What a client of `/v1` lets the author call. */
  tools?: readonly ToolOffered[];
  tool_choice?: "auto" | "none" | "required" | { name: string };
};

/** As the engine hands it to models. */
type ToolOffered = {
  name: string;
  description?: string;
  parameters: Readonly<Record<string, unknown>>;
  strict?: boolean;
};

export type WorkRow = NonNullable<Awaited<ReturnType<typeof workRow>>>;

/** The settings a thread was selected with; those that hold now, before its selection. */
const itsVersion = sql<string>`coalesce(
  (select v.version from model_selection_history h join algorithm_versions v on v.version = h.algorithm_version
    where h.thread_id = t.id and h.selection_phase = 'initial' order by h.timestamp limit 1),
  (select version from algorithm_versions order by number desc limit 1))`;

/** The thread as accepted, with its owner, its session's limit and its algorithm's settings. */
export async function workRow(database: Database, threadId: string) {
  const row = await database.sql
    .selectFrom("conversation_threads as t")
    .innerJoin("user_sessions as s", "s.id", "t.session_id")
    .selectAll("t")
    .select(["s.user_id", "s.cost_limit as session_cost_limit", "s.total_cost as session_total_cost"])
    .select(["s.overrun as session_overrun", "s.unconfirmed as session_unconfirmed"])
    .innerJoin("algorithm_versions as a", (join) => join.on("a.version", "=", itsVersion))
    .select(["a.version as algorithm_version", "a.settings as algorithm_settings"])
    .where("t.id", "=", threadId)
    .executeTakeFirst();
  return row && { ...row, settings: row.settings as ThreadSettings };
}

export type Done = {
  /** The run under way has begun before. */
  resumed: boolean;
  analysis: Analysis | null;
  selections: Selection[];
  responses: ModelResponse[];
  evaluations: ModelEvaluation[];
  /** Of the run under way. */
  decisions: { iteration: number; decision: Decision; reason: string }[];
  /** Iterations that were decided in any run. */
  told: number[];
};

/** What earlier workers have written, oldest first. A run begins where another iteration was asked for. */
export async function doneSoFar(database: Database, threadId: string): Promise<Done> {
  const thread = await database.sql
    .selectFrom("conversation_threads")
    .select("analysis")
    .where("id", "=", threadId)
    .executeTakeFirst();
  const story = await database.sql
    .selectFrom("orchestration_logs")
    .select(["event_type", "iteration_number", "details"])
    .where("stream_id", "=", threadId)
    .where("event_type", "in", ["orchestration_started", "iteration_completed", "feedback_received"])
    .orderBy("seq")
    .execute();
  const isAsk = ({ event_type, details }: (typeof story)[number]) =>
    event_type === "feedback_received" && details["kind"] === "iteration";
  const run = story.slice(story.findLastIndex(isAsk) + 1);
  const decided = ({ event_type }: (typeof story)[number]) => event_type === "iteration_completed";
  return {
    resumed: run.some(({ event_type }) => event_type === "orchestration_started"),
    analysis: thread?.analysis ?? null,
    selections: await selectionsOf(database, threadId),
    responses: await responsesOf(database, threadId),
    evaluations: await evaluationsOf(database, threadId),
    decisions: run.filter(decided).map(({ iteration_number, details }) => ({
      iteration: iteration_number ?? 0,
      decision: details["decision"] as Decision,
      reason: String(details["decision_reason"]),
    })),
    told: story.filter(decided).map(({ iteration_number }) => iteration_number ?? 0),
  };
}
