/** One model call from reservation to outcome. Whatever happens, the caller learns it as a value; only `Fenced` and our own faults throw. */
import type { CostSource, FinishReason, ModelResponse, Profile, Role, TokensUsed } from "@orchestratex/sdk/contract";
import { AppError, type FaultCode } from "../errors.ts";
import type { Message, ModelEvent, ModelRequest, Usage } from "../providers/provider.ts";
import { capFor, costOf, reserveFor, roughTokens } from "./cost.ts";
import type { NewCall, Settlement } from "./journal.ts";
import { notesFilter } from "./output.ts";

export type PlannedCall = NewCall & {
  profile: Profile;
  messages: readonly Message[];
  max_output_tokens: number;
  response_schema?: ModelRequest["response_schema"];
};

export type Caller = {
  send(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  /** Whether the call was reserved so short a time ago that nobody can have taken the thread since. */
  fresh(responseId: string): boolean;
  /** Milliseconds, monotonic. */
  clock(): number;
  /** Text that may be shown while the call runs; `offset` in UTF-16 units. */
  delta(
    of: { response_id: string; role: Role; iteration_number: number; model_name: string },
    offset: number,
    text: string,
  ): void;
};

export type Outcome = { text: string; elapsedMs: number } & (
  | { ok: true; finish_reason: FinishReason; usage: Usage | null }
  | { ok: false; code: FaultCode; detail: string; hold: "released" | "unconfirmed"; aborted: boolean }
);

export function plannedCall(
  call: Omit<PlannedCall, "reserved_cost" | "simulated" | "model_name" | "prompt_sent">,
): PlannedCall {
  const { profile } = call;
  return {
    ...call,
    max_output_tokens: capFor(call.max_output_tokens, profile),
    model_name: profile.model_name,
    simulated: profile.simulated,
    prompt_sent: promptText(call.messages),
    reserved_cost: reserveFor(call.messages, call.max_output_tokens, profile),
  };
}

/** Send a reserved call and read it to its end. Answers are shown as they come, without their notes; evaluations are not. */
export async function send(call: PlannedCall, caller: Caller, signal: AbortSignal): Promise<Outcome> {
  const started = caller.clock();
  const filter = call.role === "primary" || call.role === "refiner" ? notesFilter() : null;
  let text = "";
  let shown = 0;
  const show = (visible: string | undefined) => {
    if (visible === undefined || visible === "") return;
    caller.delta(
      { response_id: call.id, role: call.role, iteration_number: call.iteration_number, model_name: call.model_name },
      shown,
      visible,
    );
    shown += visible.length;
  };
  const elapsed = () => Math.round(caller.clock() - started);
  if (!caller.fresh(call.id)) return notSent(elapsed());
  try {
    for await (const event of caller.send(requestOf(call), signal)) {
      if (event.type === "tool-call") continue;
      if (event.type === "text-delta") {
        text += event.text;
        show(filter?.push(event.text));
        continue;
      }
      show(filter?.rest());
      return { ok: true, text, elapsedMs: elapsed(), finish_reason: event.finish_reason, usage: event.usage };
    }
    throw new AppError("provider.unreachable", `${call.model_name} broke off before the end of its reply`);
  } catch (error) {
    return { ok: false, text, elapsedMs: elapsed(), ...failure(error, signal) };
  }
}

/** Never sent, so never billed: it may be reserved anew. */
const NOT_SENT = "call.not_sent";

const notSent = (elapsedMs: number): Outcome => ({
  ok: false,
  text: "",
  elapsedMs,
  code: NOT_SENT,
  detail: "this process stood still between the reservation and the call",
  hold: "released",
  aborted: false,
});

/** How often a call that was not sent in time is reserved anew. */
const MOST_NOT_SENT = 3;

export const mayReserveAnew = (outcome: { code: FaultCode }, times: number): boolean =>
  outcome.code === NOT_SENT && times < MOST_NOT_SENT;

const requestOf = (call: PlannedCall): ModelRequest => ({
  id: call.id,
  profile: call.profile,
  role: call.role,
  messages: call.messages,
  max_output_tokens: call.max_output_tokens,
  temperature: call.role === "evaluator" ? 0 : 0.7,
  stream: call.role !== "evaluator",
  ...(call.response_schema && { response_schema: call.response_schema }),
});

/** A refusal costs nothing; a call that was cut may have been billed, so its hold stays, as `unconfirmed`. */
function failure(
  error: unknown,
  signal: AbortSignal,
): Pick<Outcome & { ok: false }, "code" | "detail" | "hold" | "aborted"> {
  if (signal.aborted) {
    const code = signal.reason instanceof AppError ? signal.reason.code : "thread.stopped";
    return { code, detail: "aborted", hold: "unconfirmed", aborted: true };
  }
  if (!(error instanceof AppError)) throw error;
  const free = error.code === "provider.rate_limited" || error.code === "provider.rejected";
  return { code: error.code, detail: error.message, hold: free ? "released" : "unconfirmed", aborted: false };
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

/** The settlement's part that every failed call shares. */
export function failedResponse(
  call: PlannedCall,
  outcome: Outcome & { ok: false },
): Pick<Settlement, "response" | "hold"> {
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
