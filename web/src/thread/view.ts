/** A thread as the page shows it. Made from its events alone, so that live, replayed, reloaded and shared look the same. */
import type {
  Analysis,
  CostSource,
  Criticism,
  Decision,
  DetailsOf,
  FinishReason,
  Mode,
  ThreadEvent,
  TokensUsed,
} from "@orchestratex/sdk/contract";

/** What is going on at this moment. */
export type Phase =
  | "waiting"
  | "analyzing"
  | "choosing"
  | "answering"
  | "judging"
  | "deciding"
  | "refining"
  | "completed"
  /** The user stopped it before there was a version. */
  | "stopped"
  | "failed";

/** An answer or a revision that is complete. */
export type Version = {
  responseId: string;
  iteration: number;
  model: string;
  role: "primary" | "refiner";
  text: string;
  /** 1 to 10, the author's own. */
  confidence: number | null;
  tokens: TokensUsed | null;
  cost: number | null;
  costSource: CostSource;
  /** Milliseconds. */
  time: number;
  finishReason: FinishReason;
  at: string;
};

/** A text that is being written: it may still change, and may never be kept. */
export type Draft = { responseId: string; iteration: number; model: string; role: "primary" | "refiner"; text: string };

export type Trouble = {
  /** Of the event that told it. */
  seq: number;
  kind: "evaluation" | "fallback" | "retry" | "error" | "bill" | "limit";
  iteration: number | null;
  model: string | null;
  /** Who took over; null: nobody. Only of a fallback. */
  to: string | null;
  code: string;
  /** The provider's own words where it had any. */
  detail: string;
  /** It is tried again, or goes on another way. */
  recoverable: boolean;
  retryAfterMs: number | null;
  at: string;
};

/** One model's judgement of one version. */
export type Judgement = {
  model: string;
  iteration: number;
  /** `skipped`: it ended while this one was reading. `unasked`: it never was: the money did not reach. */
  state: "running" | "done" | "failed" | "skipped" | "unasked";
  startedAt: string;
  endedAt: string | null;
  /** The answer it judged. */
  responseId: string | null;
  /** 1 to 10. */
  score: number | null;
  /** Criterion -> 1 to 10. */
  criteria: DetailsOf<"evaluation_completed">["evaluation_criteria"] | null;
  /** Criterion -> 0 to 1. */
  weights: DetailsOf<"evaluation_completed">["scoring_weights"] | null;
  /** As it said them: the points of the iteration have the answers to them. */
  criticisms: readonly Criticism[];
  praise: string;
  confidence: number | null;
  tokens: TokensUsed | null;
  cost: number | null;
  /** Milliseconds. */
  time: number | null;
  trouble: Trouble | null;
};

/** A point of criticism of an iteration, each once, and what became of it. */
export type Point = Omit<Criticism, "id"> & {
  /** c1, c2 ... within its iteration; a user's own, which stands in replies alone, has the feedback's. */
  id: string;
  /** Who said it: models; empty for the user's own words. */
  by: readonly string[];
  state: "open" | "accepted" | "disputed";
  /** Why it was disputed. */
  reason: string | null;
  /** What was changed because of it, and why. */
  improvement: string | null;
  justification: string | null;
};

export type Iteration = {
  number: number;
  /** Who writes, or wrote, its answer. */
  author: string | null;
  startedAt: string | null;
  version: Version | null;
  judgements: readonly Judgement[];
  /** Its critics' criticism of this iteration's answer, and what was last said to it: by the next iteration, or by a later one that worked on it again. */
  points: readonly Point[];
  /** What this one's author said while writing it; null: nothing yet, or it is the first. */
  reply: Reply | null;
  /** Median of its judgements, 1 to 10; null: nobody judged, or not yet. */
  score: number | null;
  /** Points over the best score before; null: there is none, or this one has no score. */
  gain: number | null;
  /** The iteration that has that score. */
  gainOver: number | null;
  decision: Decision | null;
  /** The server's sentence, in English. */
  decisionReason: string | null;
  /** Whether it has the best score so far: only one has. The answer may be another one, which the user has restored. */
  best: boolean;
};

/** An author's answer to its critics and to the user: to the points of the version that it worked on, and to the wishes. */
type Reply = {
  /** The iteration whose version it worked on. */
  base: number;
  points: readonly Point[];
};

export type Feedback = { seq: number; id: string | null; text: string | null; iteration: number | null; at: string };

type Start = Pick<
  DetailsOf<"orchestration_started">,
  "mode" | "max_iterations" | "quality_threshold" | "cost_limit" | "deadline_at"
> & { at: string; mode: Mode };

export type Choice = DetailsOf<"model_selected"> & { at: string };
export type Finish = DetailsOf<"orchestration_finished"> & { at: string };

export type ThreadView = {
  /** The last event that is in here; 0: none. */
  lastSeq: number;
  phase: Phase;
  simulated: boolean;
  start: Start | null;
  /** How often it was taken up again. */
  resumed: number;
  analysis: Analysis | null;
  choice: Choice | null;
  /** In order; the first is iteration 1. */
  iterations: readonly Iteration[];
  draft: Draft | null;
  troubles: readonly Trouble[];
  feedback: readonly Feedback[];
  stopRequested: "now" | "after_iteration" | null;
  /** US dollars. */
  totalCost: number;
  finish: Finish | null;
  /** The iteration that counts: the final one, and what the next revision works on. Mostly the best; null: none was decided on. */
  leading: number | null;
  /** The iteration that counts because the user restored it; null: none. */
  restored: number | null;
  /** What the user thinks of it. */
  accepted: boolean | null;
  rating: number | null;
  comment: string | null;
  /** The iteration that the opinion was given for, which a later one may have followed; null: none was given. */
  ratedVersion: number | null;
  /** What the operator says to everybody. */
  notice: { level: "info" | "warning"; text: string } | null;
};

export const emptyView: ThreadView = {
  ...{ lastSeq: 0, phase: "waiting", simulated: false, start: null, resumed: 0, analysis: null, choice: null },
  ...{ iterations: [], draft: null, troubles: [], feedback: [], stopRequested: null, totalCost: 0, finish: null },
  ...{ leading: null, restored: null, accepted: null, rating: null, comment: null, ratedVersion: null, notice: null },
};

/** A type's events, for those who take one kind. */
export type EventOf<Type extends ThreadEvent["event_type"]> = Extract<ThreadEvent, { event_type: Type }>;

export const isOver = ({ phase }: Pick<ThreadView, "phase">): boolean =>
  phase === "completed" || phase === "stopped" || phase === "failed";
