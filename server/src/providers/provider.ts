/** What the engine asks of a model. One file beside this one per wire protocol. */
import type { FinishReason, Profile, Role } from "@orchestratex/sdk/contract";

export type Message = { role: "system" | "user" | "assistant"; content: string };

export type ModelRequest = {
  /** The call's own name, for whoever keeps a record of it: the id of its response. No two calls share one. */
  id: string;
  profile: Profile;
  role: Role;
  messages: readonly Message[];
  /** Upper bound on the reply, in tokens as the vendor counts them; always sent. */
  max_output_tokens: number;
  temperature: number;
  /** JSON schema of the wanted reply, for protocols that can enforce one. The prompt always spells the format too. */
  response_schema?: Readonly<Record<string, unknown>>;
};

/** Tokens of one call as the vendor counted them; `cached_input` is part of `input`, `reasoning` of `output`. */
export type Usage = { input: number; output: number; cached_input: number; reasoning: number };

/** Any number of `text-delta`, then exactly one `end`. */
export type ModelEvent =
  | { type: "text-delta"; text: string }
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
