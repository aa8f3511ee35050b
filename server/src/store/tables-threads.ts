/** Sessions, threads and everything behind them. A test holds these equal to the columns of the database. */
import type {
  Analysis,
  Candidate,
  Complexity,
  CostSource,
  CriteriaScores,
  Criterion,
  Criticism,
  Domain,
  FinishReason,
  LogLevel,
  Mode,
  ResponseStatus,
  ResponseType,
  Revision,
  Role,
  SelectionPhase,
  SessionSettings,
  SessionStatus,
  StopReason,
  StopWhen,
  Strategy,
  ThreadStatus,
  TokensUsed,
} from "@orchestratex/sdk/contract";
import type { Defaulted, DefaultedJson, GeneratedAlways, Json, NullableJson } from "./column-types.ts";

export type UserSessionsTable = {
  id: Defaulted<string>;
  user_id: string;
  session_start: Defaulted<string>;
  session_end: string | null;
  max_iterations: Defaulted<number>;
  status: Defaulted<SessionStatus>;
  total_cost: Defaulted<number>;
  user_satisfaction: number | null;
  settings: Json<SessionSettings>;
  created_at: Defaulted<string>;
  updated_at: Defaulted<string>;
  held: Defaulted<number>;
  unconfirmed: Defaulted<number>;
  overrun: Defaulted<number>;
  iterations_given: Defaulted<boolean>;
  cost_limit: GeneratedAlways<number | null>;
  implicit_day: string | null;
};

export type ConversationThreadsTable = {
  id: Defaulted<string>;
  session_id: string;
  original_prompt: string;
  processed_prompt: string | null;
  domain: Domain | null;
  complexity_level: Complexity | null;
  estimated_difficulty: number | null;
  language: string | null;
  context: string | null;
  current_iteration: Defaulted<number>;
  max_iterations_reached: Defaulted<boolean>;
  best_model_id: string | null;
  best_response_id: string | null;
  thread_status: Defaulted<ThreadStatus>;
  failure_reason: string | null;
  final_response: string | null;
  final_quality_score: number | null;
  user_accepted: boolean | null;
  total_models_involved: Defaulted<number>;
  total_tokens_used: Defaulted<number>;
  total_cost: Defaulted<number>;
  total_time_spent: Defaulted<number>;
  created_at: Defaulted<string>;
  updated_at: Defaulted<string>;
  completed_at: string | null;
  held: Defaulted<number>;
  unconfirmed: Defaulted<number>;
  overrun: Defaulted<number>;
  cost_limit: number | null;
  max_iterations: Defaulted<number>;
  quality_threshold: Defaulted<number>;
  deadline_at: string | null;
  mode: Defaulted<Mode>;
  settings: DefaultedJson<Record<string, unknown>>;
  persona_id: string | null;
  parent_thread_id: string | null;
  queued_at: string | null;
  analysis: NullableJson<Analysis>;
  selected_model: string | null;
  evaluators: Defaulted<string[]>;
  simulated: Defaulted<boolean>;
  best_iteration: number | null;
  stop_reason: StopReason | null;
  user_rating: number | null;
  user_comment: string | null;
  epoch: Defaulted<number>;
  lease_until: string | null;
  takes_without_progress: Defaulted<number>;
  request_no: Defaulted<number>;
  seen_request_no: Defaulted<number>;
  stop_requested: StopWhen | null;
  last_seq: Defaulted<number>;
  asked_status: ThreadStatus | null;
  restored_iteration: number | null;
  restored_after: number | null;
};

export type ThreadRequestsTable = {
  thread_id: string;
  session_id: string;
  request_no: number;
  kind: string;
  stop_when: StopWhen | null;
  feedback: string | null;
  created_at: Defaulted<string>;
  iteration_number: number | null;
};

export type ThreadSharesTable = {
  id: string;
  thread_id: string;
  user_id: string;
  created_at: Defaulted<string>;
};

export type ModelResponsesTable = {
  id: Defaulted<string>;
  thread_id: string;
  session_id: string;
  iteration_number: number;
  model_name: string;
  role: Role;
  response_type: ResponseType;
  response_text: string | null;
  prompt_sent: Defaulted<string>;
  context_provided: string | null;
  parent_response_id: string | null;
  criticism_addressed: Defaulted<string[]>;
  response_time: number | null;
  tokens_used: NullableJson<TokensUsed>;
  cost: number | null;
  confidence_score: number | null;
  self_assessment: string | null;
  is_selected_best: Defaulted<boolean>;
  selection_score: number | null;
  status: Defaulted<ResponseStatus>;
  error_message: string | null;
  timestamp: Defaulted<string>;
  processing_duration: number | null;
  step: string;
  attempt: Defaulted<number>;
  epoch: Defaulted<number>;
  reserved_cost: number | null;
  cost_source: CostSource | null;
  outcome_unknown: Defaulted<boolean>;
  finish_reason: FinishReason | null;
  simulated: Defaulted<boolean>;
  partial_text: string | null;
};

export type ModelEvaluationsTable = {
  id: Defaulted<string>;
  thread_id: string;
  session_id: string;
  evaluated_response_id: string;
  evaluator_model: string;
  iteration_number: number;
  evaluation_criteria: Json<CriteriaScores>;
  overall_score: number;
  scoring_weights: DefaultedJson<Record<Criterion, number>>;
  criticism_text: Defaulted<string>;
  positive_aspects: Defaulted<string>;
  suggested_improvements: Defaulted<string>;
  alternative_approaches: Defaulted<string>;
  evaluator_confidence: number;
  evaluator_speciality_match: number;
  evaluation_prompt_used: Defaulted<string>;
  evaluation_time: Defaulted<number>;
  tokens_used: number | null;
  cost: number | null;
  timestamp: Defaulted<string>;
  response_id: string | null;
  criticisms: DefaultedJson<Criticism[]>;
  status: Defaulted<ResponseStatus>;
};

export type ModelSelectionHistoryTable = {
  id: Defaulted<string>;
  thread_id: string;
  session_id: string;
  iteration_number: number;
  selection_phase: SelectionPhase;
  algorithm_version: string;
  selection_strategy: Strategy;
  candidates_considered: DefaultedJson<Candidate[]>;
  selected_model: string;
  selection_confidence: number | null;
  runner_up_model: string | null;
  selection_margin: number | null;
  primary_selection_factors: Defaulted<string[]>;
  override_reasons: string | null;
  selection_success: boolean | null;
  actual_performance: number | null;
  selection_accuracy_score: number | null;
  timestamp: Defaulted<string>;
  selection_time: number | null;
  evaluators: Defaulted<string[]>;
  reasoning: Defaulted<string>;
};

export type CriticismResponsesTable = {
  id: Defaulted<string>;
  thread_id: string;
  session_id: string;
  original_response_id: string;
  criticism_evaluation_ids: Defaulted<string[]>;
  responding_model: string;
  iteration_number: number;
  acknowledgment: string | null;
  disagreement: string | null;
  clarifications: string | null;
  specific_improvements: DefaultedJson<Revision["specific_improvements"]>;
  revised_answer: string;
  explanation_of_changes: string | null;
  confidence_in_revision: number | null;
  rebuttal_points: string | null;
  alternative_interpretations: string | null;
  criticism_processing_time: number | null;
  response_generation_time: number | null;
  total_tokens_used: number | null;
  cost: number | null;
  improvement_score: number | null;
  addresses_criticism: boolean | null;
  maintains_strengths: boolean | null;
  timestamp: Defaulted<string>;
  response_id: string | null;
  accepted: Defaulted<string[]>;
  disputed: DefaultedJson<{ id: string; reason: string }[]>;
};

export type OrchestrationLogsTable = {
  id: Defaulted<string>;
  session_id: string | null;
  thread_id: string | null;
  log_level: Defaulted<LogLevel>;
  component: string;
  event_type: string;
  message: Defaulted<string>;
  details: DefaultedJson<Record<string, unknown>>;
  error_stack: string | null;
  iteration_number: number | null;
  model_involved: string | null;
  processing_time: number | null;
  memory_usage: number | null;
  active_requests: number | null;
  queue_length: number | null;
  timestamp: Defaulted<string>;
  stream_id: string | null;
  seq: number | null;
  simulated: Defaulted<boolean>;
};
