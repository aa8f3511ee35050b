/**
 * What the engine remembers, and the only ways it may write. Each function is one transaction: state, money and events together.
 * Every write fails with `Fenced` once another worker has taken the thread.
 */
import type {
  Analysis,
  Decision,
  EventType,
  Mode,
  ModelEvaluation,
  ModelResponse,
  Revision,
  Selection,
  StopReason,
  StopWhen,
  Strategy,
  ThreadStatus,
} from "@orchestratex/sdk/contract";
import type { Tool, ToolChoice } from "../providers/provider.ts";

/** Thrown when the thread belongs to another worker now, or is final: stop working on it, silently. */
export class Fenced extends Error {
  override readonly name = "Fenced";
}

/** Thrown instead of a reservation while the server leaves: calls under way may end, no new one begins. The thread goes on elsewhere. */
export class Leaving extends Error {
  override readonly name = "Leaving";
}

/** What was asked, as accepted; settings are the effective ones. */
export type Asked = {
  thread_id: string;
  session_id: string;
  prompt: string;
  context: string | null;
  mode: Exclude<Mode, "direct">;
  evaluators: number | null;
  max_iterations: number | null;
  quality_threshold: number;
  strategy: Strategy;
  preferred_models: readonly string[];
  excluded_models: readonly string[];
  model_name: string | null;
  /** Offered to the author of the first answer; a reply that calls them ends the thread. */
  tools: readonly Tool[];
  tool_choice: ToolChoice | null;
  /** Dollars left under the tighter limit when the thread was taken up, for the choice of models; null: no limit. */
  room_usd: number | null;
  /** The tighter of the thread's and the session's limit, as it was at the start: for people, not for decisions. */
  cost_limit: number | null;
  /** Whose that is; null: there is none. */
  cost_limit_of: "thread" | "session" | null;
  /** RFC 3339. */
  deadline_at: string | null;
};

/** What was done before: in this run until it was interrupted, and in earlier runs of the thread. Read, never recomputed. */
export type Past = {
  /** This run has begun before. */
  resumed: boolean;
  /** When this run was asked for; null in the first take of a thread. What failed before it may be tried again. */
  since: string | null;
  analysis: Analysis | null;
  mode: Exclude<Mode, "auto"> | null;
  max_iterations: number | null;
  selections: readonly Selection[];
  responses: readonly ModelResponse[];
  evaluations: readonly ModelEvaluation[];
  /** Of this run. */
  decisions: readonly { iteration: number; decision: Decision; reason: string }[];
  /** Iterations whose decision was told, in any run: nothing of them is done again. */
  told: readonly number[];
  /** The version the user made final when there were `after`. */
  restored: { iteration: number; after: number } | null;
};

/** An event to be; the store adds id, number, time and the thread's total cost. */
export type NewEvent = {
  event_type: EventType;
  message: string;
  iteration_number?: number | null;
  model_involved?: string | null;
  component?: "selector" | "evaluator" | "orchestrator" | "api";
  log_level?: "info" | "warning" | "error";
  processing_time?: number | null;
  error_stack?: string | null;
  details: Readonly<Record<string, unknown>>;
};

type ThreadPatch = Partial<{
  thread_status: ThreadStatus;
  processed_prompt: string;
  domain: Analysis["domain"];
  complexity_level: Analysis["complexity_level"];
  estimated_difficulty: number;
  language: string;
  analysis: Analysis;
  mode: Mode;
  max_iterations: number;
  current_iteration: number;
  selected_model: string;
  evaluators: readonly string[];
  simulated: boolean;
  best_model_id: string;
  best_response_id: string;
  best_iteration: number;
  final_quality_score: number | null;
}>;

export type NewCall = Pick<
  ModelResponse,
  | "id"
  | "step"
  | "attempt"
  | "iteration_number"
  | "model_name"
  | "role"
  | "response_type"
  | "context_provided"
  | "parent_response_id"
  | "criticism_addressed"
  | "reserved_cost"
  | "simulated"
  | "prompt_sent"
>;

type Stage = {
  calls: readonly NewCall[];
  /** The first call opens an iteration that works in what the user has asked up to this number; null: it does not. */
  read: number | null;
  /** Dollars that must also be free, though not held: without them the stage would lead nowhere. */
  headroom: number;
  thread: ThreadPatch;
  /** The plan this stage is the first to use. */
  selections: readonly NewSelection[];
  events: readonly NewEvent[];
};

export type NewSelection = Omit<Selection, "thread_id" | "session_id" | "timestamp">;

export type Refusal = "cost_limit" | "unknown_price" | "stopped" | "deadline" | "session_ended";

export type Settlement = {
  response: Pick<ModelResponse, "id" | "status" | "response_time" | "processing_duration"> &
    Partial<
      Pick<
        ModelResponse,
        | "response_text"
        | "tokens_used"
        | "cost"
        | "cost_source"
        | "confidence_score"
        | "self_assessment"
        | "error_message"
        | "finish_reason"
      >
    >;
  /** What becomes of the money held: `spent` needs `response.cost`. */
  hold: "spent" | "released" | "unconfirmed";
  evaluation?: Omit<ModelEvaluation, "thread_id" | "session_id" | "timestamp">;
  revision?: Omit<Revision, "thread_id" | "session_id" | "timestamp"> & {
    accepted: readonly string[];
    disputed: readonly { id: string; reason: string }[];
  };
  events: readonly NewEvent[];
};

export type Change = {
  thread?: ThreadPatch;
  selections?: readonly NewSelection[];
  responses?: readonly (Pick<ModelResponse, "id"> &
    Partial<Pick<ModelResponse, "status" | "selection_score" | "is_selected_best">>)[];
  /** Ids given to the points of each evaluation once they are merged. */
  evaluations?: readonly Pick<ModelEvaluation, "id" | "criticisms">[];
  revisions?: readonly Pick<
    Revision,
    "response_id" | "improvement_score" | "addresses_criticism" | "maintains_strengths"
  >[];
  events?: readonly NewEvent[];
};

export type Ending = {
  thread_status: "completed" | "failed";
  stop_reason: StopReason | null;
  failure_reason: string | null;
  best: { response_id: string; model_name: string; iteration: number; score: number | null; text: string } | null;
  iterations: number;
  max_iterations_reached: boolean;
  selections: readonly NewSelection[];
  /** What became of the choices made: by selection id. */
  outcomes: readonly Pick<Selection, "id" | "selection_success" | "actual_performance" | "selection_accuracy_score">[];
  /** Told before the final event, in the same transaction. */
  events: readonly NewEvent[];
  message: string;
  /** Requests of the user read so far; when another came in, the loop goes round again. */
  request_no: number;
};

/** What the user has asked of the running thread. */
export type Requests = {
  stop: StopWhen | null;
  /** Of the newest. */
  request_no: number;
  /** Oldest first. */
  feedback: readonly Feedback[];
};

/** What the user wants of the answer beside its prompt. */
export type Feedback = {
  request_no: number;
  /** Null: another iteration was asked for, without a word why. */
  text: string | null;
  /** The iteration that works it in; null: unread. */
  iteration: number | null;
};

export type Journal = {
  reserve(stage: Stage): Promise<"reserved" | Refusal>;
  settle(settlement: Settlement): Promise<void>;
  record(change: Change): Promise<void>;
  requests(): Promise<Requests>;
  finish(ending: Ending): Promise<"finished" | "asked_again">;
};
