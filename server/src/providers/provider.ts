/** What the engine asks of a model. One file beside this one per wire protocol. */
import type { FinishReason, Profile, Role } from "@orchestratex/sdk/contract";
import { AppError, type FaultCode } from "../errors.ts";

export type Message = {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  /** Of an assistant: what it called. */
  tool_calls?: readonly ToolCall[];
  /** Of a tool: which call it answers. */
  tool_call_id?: string;
};

/** `arguments`: JSON, as the model wrote it. */
export type ToolCall = { id: string; name: string; arguments: string };

export type Tool = {
  name: string;
  description?: string;
  parameters: Readonly<Record<string, unknown>>;
  strict?: boolean;
};

export type ToolChoice = "auto" | "none" | "required" | { name: string };

export type ModelRequest = {
  /** The call's own name, for whoever keeps a record of it: the id of its response. No two attempts share one. */
  id: string;
  profile: Profile;
  role: Role;
  messages: readonly Message[];
  /** Upper bound on the reply, in tokens as the vendor counts them; always sent. */
  max_output_tokens: number;
  /** Null: the vendor's own. */
  temperature: number | null;
  /** False: nobody reads along, the reply may come in one piece. */
  stream: boolean;
  /** JSON schema of the wanted reply, for protocols that can enforce one. The prompt always spells the format too. */
  response_schema?: Readonly<Record<string, unknown>>;
  /** Any JSON object is wanted, of no schema in particular. */
  json?: boolean;
  tools?: readonly Tool[];
  tool_choice?: ToolChoice;
  sampling?: Readonly<{
    top_p?: number;
    stop?: readonly string[];
    seed?: number;
    presence_penalty?: number;
    frequency_penalty?: number;
  }>;
  /** Who keeps the books of this call; without it nothing is reserved and nothing retried. */
  booking?: Booking;
};

/** What happens to a call's record and money around each of its attempts. An attempt is one HTTP request. */
export type Booking = {
  /**
   * The attempt's row and its money, after every wait and right before it is sent. Answers the request as reserved: an id of
   * its own, perhaps a smaller cap. Throws what ends the call: an AppError where the money is refused.
   */
  reserve(attempt: number): Promise<ModelRequest>;
  /** Whether it was reserved so short a time ago that nobody can have taken the work since. */
  fresh(id: string): boolean;
  /** The reserved attempt failed and another follows in `pauseMs`: write its end down. */
  failed(request: ModelRequest, failure: AppError, pauseMs: number): Promise<void>;
  /** The next attempt has to wait for a limit of the provider's, for about so long. */
  waits?(pauseMs: number): void;
  /** Milliseconds until the call's deadline: no wait that would pass it is begun. Without it there is no deadline. */
  remainingMs?(): number;
};

/** Tokens of one call as the vendor counted them; `cached_input` and `cache_write` are part of `input`, `reasoning` of `output`. */
export type Usage = { input: number; output: number; cached_input: number; reasoning: number; cache_write?: number };

/** Any number of `text-delta` and `tool-call`, then exactly one `end`. */
export type ModelEvent =
  | { type: "text-delta"; text: string }
  | ({ type: "tool-call" } & ToolCall)
  | { type: "end"; finish_reason: FinishReason; usage: Usage | null };

export type Provider = {
  /** The protocol's name, as in `ai_model_profiles.provider`'s vendor row. */
  id: string;
  /**
   * One HTTP request's worth of work: no retry inside.
   * Throws AppError `provider.*`; an abort of `signal` throws its reason. Deltas already yielded stay valid.
   */
  call(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
};

/** A provider around another: retrying, breaking, limited, budgeted, metered, and innermost the wire. */
export type Wrapper = (inner: Provider) => Provider;

/** How a call of a provider failed. Its message has the provider's own words, never a key or a prompt. */
export class ProviderError extends AppError {
  /** Nothing is charged: it was never sent, or the vendor's row says that such an answer is free. */
  readonly free: boolean;
  /** The HTTP status; null when there was no answer. */
  readonly httpStatus: number | null;
  /** What the vendor asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(
    code: FaultCode,
    message: string,
    {
      free,
      httpStatus = null,
      retryAfterMs = null,
      cause,
    }: {
      free: boolean;
      httpStatus?: number | null;
      retryAfterMs?: number | null;
      cause?: unknown;
    },
  ) {
    super(code, message, { cause });
    this.free = free;
    this.httpStatus = httpStatus;
    this.retryAfterMs = retryAfterMs;
  }
}
