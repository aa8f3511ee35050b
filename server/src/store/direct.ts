/** A model asked directly: its thread begins, and ends, in one statement with all that come at the same moment (migrations/035_direct.sql). */
import type {
  CostSource,
  EventType,
  FinishReason,
  LogLevel,
  ResponseStatus,
  TokensUsed,
} from "@orchestratex/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { SqlError } from "./database.ts";
import type { Means } from "./journal.ts";
import type { ThreadSettings } from "./work.ts";

export type BeginDirect = {
  session_id: string;
  user_id: string;
  thread_id: string;
  response_id: string;
  model_name: string;
  simulated: boolean;
  /** It once charged more than was reserved, so it is not asked where there is a limit. */
  over_billed: boolean;
  prompt: string;
  context: string | null;
  prompt_sent: string;
  /** US dollars; null: unknown. */
  reserved_cost: number | null;
  settings: ThreadSettings;
};

export type BeganDirect = {
  code: "reserved" | "session_not_found" | "session_ended" | "unknown_price" | "over_billed" | "cost_limit" | "wait";
  /** Milliseconds from now, of the session. */
  deadline_ms: number;
};

export type EndDirect = {
  session_id: string;
  thread_id: string;
  epoch: number;
  /** Of the response. */
  id: string;
  model_name: string;
  simulated: boolean;
  status: Extract<ResponseStatus, "completed" | "failed">;
  response_text: string | null;
  /** Milliseconds. */
  response_time: number;
  tokens_used: TokensUsed | null;
  cost: number | null;
  cost_source: CostSource;
  error_message: string | null;
  finish_reason: FinishReason | null;
  hold: "spent" | "released" | "unconfirmed";
  /** As it was held when it began. */
  reserved_cost: number | null;
  /** Why there is no answer; null: there is one. */
  failure_code: string | null;
  /** Milliseconds since the thread began. */
  elapsed: number;
  /** What became of the call, and the thread's end. */
  events: readonly [EndEvent, EndEvent];
};

export type EndEvent = {
  event_type: EventType;
  log_level: LogLevel;
  message: string;
  details: Readonly<Record<string, unknown>>;
  /** Milliseconds. */
  processing_time: number;
};

/** `alone`: nothing was written; settle and finish have to do it. */
export type EndedDirect = { code: "ended"; last_seq: number } | { code: "alone" };

/** Money that is not held any more cannot be paid: a row of the session refuses it, and with it the whole of this end. */
const alone = (error: unknown): EndedDirect => {
  if (error instanceof SqlError) return { code: "alone" };
  throw error;
};

export const booksOfDirect = ({ database, live, system }: Pick<Means, "database" | "live" | "system">) => ({
  async beginDirect(call: BeginDirect): Promise<BeganDirect> {
    const item = { ...call, event_id: uuidv7(), system: system() };
    const answer = await database.item<BeganDirect>("journal_direct", "begin", item);
    if (answer.code === "reserved") live.wake(call.thread_id, 1);
    return answer;
  },

  async endDirect(end: EndDirect): Promise<EndedDirect> {
    const item = {
      ...end,
      tokens: end.tokens_used?.total_tokens ?? 0,
      events: end.events.map((event) => ({ id: uuidv7(), ...event })),
      system: system(),
    };
    const answer = await database.item<EndedDirect>("journal_direct", "end", item).catch(alone);
    if (answer.code === "ended") {
      live.wake(end.thread_id, answer.last_seq);
      live.ended(end.thread_id);
    }
    return answer;
  },
});
