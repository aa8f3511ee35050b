/** How the answer of a thread came to be, in short, and what all its calls together have used. */
import type { FinishReason, Receipt } from "@orchestratex/sdk/contract";
import { sql } from "kysely";
import type { Database } from "./database.ts";
import { getThread } from "./threads.ts";

/** Tokens as the providers counted them. */
type UsageSums = { input: number; output: number; cached_input: number; reasoning: number };

export type ThreadAccount = {
  receipt: Receipt;
  /** Null: no provider has told. */
  usage: UsageSums | null;
  /** Of the call that wrote the answer. */
  finish_reason: FinishReason;
};

/** Undefined: there is no such thread. */
export async function accountOf(database: Database, threadId: string): Promise<ThreadAccount | undefined> {
  const [state, { rows }] = await Promise.all([
    getThread(database, threadId),
    sql<UsageSums & { told: number; finish_reason: FinishReason | null; reasoning_text: string | null }>`
      select
        count(r.tokens_used)::int as told,
        ${sumOf("input_tokens")} as input,
        ${sumOf("output_tokens")} as output,
        ${sumOf("cached_input_tokens")} as cached_input,
        ${sumOf("reasoning_tokens")} as reasoning,
        max(r.finish_reason::text) filter (where r.id = t.best_response_id) as finish_reason,
        (select s.reasoning from model_selection_history s
          where s.thread_id = t.id and s.selection_phase = 'initial' order by s.timestamp limit 1) as reasoning_text
      from conversation_threads t left join model_responses r on r.thread_id = t.id
      where t.id = ${threadId} group by t.id
    `.execute(database.sql),
  ]);
  const [sums] = rows;
  if (!state || !sums) return undefined;
  const { told, finish_reason, reasoning_text, ...usage } = sums;
  const { thread_id, session_id, mode, selected_model, evaluators, best_iteration, stop_reason } = state;
  const { final_quality_score, total_cost, cost_is_estimated, simulated, total_time_spent } = state;
  return {
    receipt: {
      ...{ thread_id, session_id, mode, selected_model, selection_reasoning: reasoning_text, evaluators },
      ...{ iterations: state.current_iteration, best_iteration, stop_reason, final_quality_score },
      ...{ total_cost, cost_is_estimated, simulated, total_time_spent, citations: [] },
    },
    usage: told > 0 ? usage : null,
    finish_reason: finish_reason ?? "stop",
  };
}

const sumOf = (field: string) => sql<number>`coalesce(sum((r.tokens_used ->> ${sql.lit(field)})::int), 0)::int`;
