/** A model call: what is planned, what it came to, what it costs. Pure. */
import type { CostSource, FinishReason, ModelResponse, Profile, TokensUsed } from "@orchestratex/sdk/contract";
import type { FaultCode } from "../errors.ts";
import type { Message, ModelRequest, Usage } from "../providers/provider.ts";
import { capFor, costOf, reserveFor, roughTokens } from "./cost.ts";
import type { NewCall, Settlement } from "./journal.ts";

export type PlannedCall = NewCall & {
  profile: Profile;
  messages: readonly Message[];
  max_output_tokens: number;
} & Pick<ModelRequest, "response_schema" | "tools" | "tool_choice">;

/** What an attempt came to. */
export type Outcome = { text: string; elapsedMs: number } & (
  | { ok: true; finish_reason: FinishReason; usage: Usage | null }
  | { ok: false; code: FaultCode; detail: string; hold: "released" | "unconfirmed"; aborted: boolean }
);

export type Failure = Outcome & { ok: false };

export function plannedCall(
  call: Omit<PlannedCall, "reserved_cost" | "simulated" | "model_name" | "prompt_sent">,
): PlannedCall {
  const { profile } = call;
  const cap = capFor(call.max_output_tokens, profile);
  return {
    ...call,
    max_output_tokens: cap,
    model_name: profile.model_name,
    simulated: profile.simulated,
    prompt_sent: promptText(call.messages),
    reserved_cost: reserveFor(call.messages, cap, profile, call),
  };
}

export type Bill = {
  cost: number | null;
  cost_source: CostSource;
  tokens_used: TokensUsed | null;
  hold: Settlement["hold"];
};

/** What an answered call costs: by the provider's own figures, or likely; then the whole hold stays, as `unconfirmed`. */
export function billFor(call: PlannedCall, { usage, text }: Pick<Outcome & { ok: true }, "usage" | "text">): Bill {
  const cost = usage === null ? likelyCost(call, text) : costOf(usage, call.profile);
  return {
    cost,
    cost_source: cost === null ? "unknown" : usage === null ? "estimated" : "provider",
    tokens_used: usage && {
      input_tokens: usage.input,
      output_tokens: usage.output,
      total_tokens: usage.input + usage.output,
      cached_input_tokens: usage.cached_input,
      reasoning_tokens: usage.reasoning,
    },
    hold: usage === null || cost === null ? "unconfirmed" : "spent",
  };
}

/** What a call without a bill probably cost, for people; it never releases money. */
const likelyCost = (call: PlannedCall, text: string): number | null =>
  costOf({ input: roughTokens(call.prompt_sent), output: roughTokens(text) }, call.profile);

/** Never sent, so never billed: it may be reserved anew. */
export const NOT_SENT = "call.not_sent";

/** The settlement's part that every failed call shares. */
export function failedResponse(call: PlannedCall, outcome: Failure): Pick<Settlement, "response" | "hold"> {
  const lost = outcome.hold === "unconfirmed";
  const response: Settlement["response"] = {
    id: call.id,
    status: "failed",
    error_message: outcome.aborted
      ? "aborted"
      : outcome.code === NOT_SENT
        ? NOT_SENT
        : `${outcome.code}: ${outcome.detail}`.slice(0, 2_000),
    response_text: outcome.text === "" ? null : outcome.text,
    response_time: outcome.elapsedMs,
    processing_duration: outcome.elapsedMs,
    cost: lost ? likelyCost(call, outcome.text) : 0,
    cost_source: !lost ? "provider" : call.reserved_cost === null ? "unknown" : "estimated",
  };
  return { response, hold: outcome.hold };
}

const promptText = (messages: readonly Message[]): string =>
  messages.map(({ role, content }) => `[${role}]\n${content}`).join("\n\n");

/** Failures that say nothing of the model. */
const untried = new Set<string | null>(["aborted", NOT_SENT]);

/**
 * Attempts already made at a step, and whether one of them is done. `since`: what failed in an earlier run of the thread is no
 * reason not to try again.
 */
export function attemptsOf(
  responses: readonly ModelResponse[],
  step: string,
  since: string | null,
): { next: number; done: ModelResponse | undefined; gaveUp: boolean } {
  const rows = responses.filter((row) => row.step === step);
  const gaveUp = rows.some(
    (row) =>
      row.status === "failed" &&
      !row.outcome_unknown &&
      !untried.has(row.error_message) &&
      (since === null || row.timestamp >= since),
  );
  return { next: Math.max(0, ...rows.map((row) => row.attempt)) + 1, done: rows.find(isDone), gaveUp };
}

/** The version of an iteration, once it is there. */
export const answeredIn = (responses: readonly ModelResponse[], iteration: number): ModelResponse | undefined =>
  responses.find((row) => row.iteration_number === iteration && row.role !== "evaluator" && isDone(row));

/** `superseded` says that a later version is better, or, of a call whose outcome was lost, that its bill came in late. */
const isDone = ({ status, outcome_unknown }: ModelResponse): boolean =>
  status === "completed" || (status === "superseded" && !outcome_unknown);
