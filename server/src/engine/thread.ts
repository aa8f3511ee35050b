/** What the stages of one thread share: what was asked, what is known, and the means to act. */
import type { Analysis, Candidate, Criticism, Profile } from "@orchestratex/sdk/contract";
import type { FaultCode } from "../errors.ts";
import type { Turn } from "./context.ts";
import type { Asked, Feedback, Journal, NewEvent, NewSelection, Past, Refusal } from "./journal.ts";
import type { Plan } from "./plan.ts";
import type { Task } from "./prompts.ts";
import type { Algorithm } from "./settings.ts";
import type { Caller } from "./step.ts";

export type Limits = {
  /** Most tokens of an answer, and what it is cut down to when the money does not reach: falling. */
  answerTokens: readonly [number, ...number[]];
  evaluationTokens: number;
};

/** What the engine may do to the world. The app supplies it; a test supplies its own. */
export type Means = Caller & {
  journal: Journal;
  newId(): string;
  /** Milliseconds since 1970. */
  now(): number;
  profiles(): Promise<Profile[]>;
  /** Earlier turns of the conversation, oldest first. */
  turns(): Promise<Turn[]>;
  /** The settings that this thread keeps to its end. */
  algorithm: Algorithm;
  limits: Limits;
};

export type Cast = {
  author: Profile;
  evaluators: readonly Profile[];
  fallbacks: readonly Profile[];
  candidates: readonly Candidate[];
  /** The initial selection's row. */
  selectionId: string;
};

export type Room = {
  asked: Asked;
  past: Past;
  means: Means;
  /** Fires when the work must end at once: stop, deadline, shutdown, another worker. */
  signal: AbortSignal;
  task: Task;
  analysis: Analysis;
  plan: Plan;
  cast: Cast;
};

/** One answer and, once judged, its score. */
export type Version = {
  iteration: number;
  responseId: string;
  modelName: string;
  text: string;
  /** It calls tools of the client's instead of answering: there is nothing to judge. */
  callsTools: boolean;
  score: number | null;
  criticism: readonly (Criticism & { id: string })[];
  evaluationIds: readonly string[];
  /** What it works in of the user's feedback, and what earlier versions did. */
  wishes: Wishes;
};

export type Wishes = { fresh: readonly Feedback[]; earlier: readonly Feedback[] };

export const noWishes: Wishes = { fresh: [], earlier: [] };

/** Why a stage did not produce what it should; `untold` are events its transaction would have written. */
export type Halt = {
  halt: Refusal | "failed" | "aborted";
  code: FaultCode;
  detail: string;
  untold: readonly NewEvent[];
};

/** What is written in the transaction that reserves a round's first call; `read`: the requests it rests on. */
export type Opening = {
  selections: readonly NewSelection[];
  events: readonly NewEvent[];
  read: number | null;
};

/** One version to be written: from nothing, or from the best so far. */
export type Round = {
  iteration: number;
  best: Version | null;
  wishes: Wishes;
  /** Who may write it, best first. */
  authors: readonly Profile[];
  opening: Opening;
};
