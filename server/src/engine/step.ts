/**
 * One step: a model call with as many attempts as it is worth, each reserved right before it is sent. Whatever happens, the
 * caller learns it as a value; only `Fenced`, `Leaving` and our own faults throw.
 */
import type { Role } from "@orchestratex/sdk/contract";
import { AppError, type FaultCode } from "../errors.ts";
import {
  type Booking,
  type ModelEvent,
  type ModelRequest,
  ProviderError,
  type ToolCall,
} from "../providers/provider.ts";
import type { Failure, Outcome, PlannedCall } from "./call.ts";
import { Fenced, Leaving, type Refusal } from "./journal.ts";
import { notesFilter } from "./output.ts";
import { answerText } from "./tool-calls.ts";

export type Caller = {
  /** The provider with its wrappers: it reserves by the request's booking. */
  send(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  /** Whether the call was reserved so short a time ago that nobody can have taken the thread since. */
  fresh(responseId: string): boolean;
  /** Milliseconds, monotonic. */
  clock(): number;
  /** Milliseconds until the thread's deadline. */
  remainingMs(): number;
  /** Text that may be shown while the call runs; `offset` in UTF-16 units. */
  delta(
    of: { response_id: string; role: Role; iteration_number: number; model_name: string },
    offset: number,
    text: string,
  ): void;
};

export type Step = {
  /** The call as its first attempt would be. */
  planned: PlannedCall;
  /** Reserve the attempt, counted from 0; throws `Refused`. */
  reserve(attempt: number): Promise<PlannedCall>;
  /** The attempt failed and another follows in `pauseMs`: settle it. */
  retried(call: PlannedCall, failure: Failure, pauseMs: number): Promise<void>;
  /** The next attempt waits for a rate limit, for about so long. */
  waits(pauseMs: number): void;
};

/** Thrown instead of a reservation that was refused. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`the call was refused: ${refusal}`);
    this.refusal = refusal;
  }
}

/** A `call` is pending and has to be settled; without one nothing is reserved. */
export type Sent =
  | { call: PlannedCall; outcome: Outcome }
  | { call: null; refusal: Refusal | null; code: FaultCode; detail: string; aborted: boolean };

/** Answers are shown as they come, without their notes; evaluations are not. */
export async function send(step: Step, caller: Caller, signal: AbortSignal): Promise<Sent> {
  const now: { attempt: Attempt | null } = { attempt: null };
  const booking: Booking = {
    async reserve(attempt) {
      now.attempt = openAttempt(await step.reserve(attempt), caller);
      return requestOf(now.attempt.call);
    },
    fresh: (id) => caller.fresh(id),
    async failed(_request, error, pauseMs) {
      const { attempt } = now;
      now.attempt = null;
      if (attempt) await step.retried(attempt.call, attempt.failed(error, signal), pauseMs);
    },
    waits: (pauseMs) => step.waits(pauseMs),
    remainingMs: () => caller.remainingMs(),
  };
  try {
    for await (const event of caller.send({ ...requestOf(step.planned), booking }, signal)) {
      if (now.attempt === null) throw new Error("a provider has sent what was not reserved");
      const outcome = now.attempt.read(event);
      if (outcome) return { call: now.attempt.call, outcome };
    }
    throw new AppError("provider.unreachable", `${step.planned.model_name} broke off before the end of its reply`);
  } catch (error) {
    if (error instanceof Fenced || error instanceof Leaving) throw error;
    const { attempt } = now;
    return attempt ? { call: attempt.call, outcome: attempt.failed(error, signal) } : unreserved(error, signal);
  }
}

type Attempt = {
  call: PlannedCall;
  /** The outcome, once the event is the last one. */
  read(event: ModelEvent): Outcome | null;
  failed(error: unknown, signal: AbortSignal): Failure;
};

function openAttempt(call: PlannedCall, caller: Caller): Attempt {
  const started = caller.clock();
  const filter = call.role === "primary" || call.role === "refiner" ? notesFilter() : null;
  const toolCalls: ToolCall[] = [];
  let text = "";
  let shown = 0;
  const show = (visible: string | undefined) => {
    if (visible === undefined || visible === "") return;
    const { id: response_id, role, iteration_number, model_name } = call;
    caller.delta({ response_id, role, iteration_number, model_name }, shown, visible);
    shown += visible.length;
  };
  const elapsed = () => Math.round(caller.clock() - started);
  return {
    call,
    read(event) {
      if (event.type === "tool-call") {
        toolCalls.push({ id: event.id, name: event.name, arguments: event.arguments });
        return null;
      }
      if (event.type === "text-delta") {
        text += event.text;
        show(filter?.push(event.text));
        return null;
      }
      show(filter?.rest());
      const { usage, finish_reason } = event;
      if (toolCalls.length === 0) return { ok: true, text, elapsedMs: elapsed(), finish_reason, usage };
      const called = answerText(text, toolCalls);
      return { ok: true, text: called, elapsedMs: elapsed(), finish_reason: "tool_calls", usage };
    },
    failed: (error, signal) => ({ ok: false, text, elapsedMs: elapsed(), ...failureOf(error, signal) }),
  };
}

const requestOf = (call: PlannedCall): ModelRequest => ({
  id: call.id,
  profile: call.profile,
  role: call.role,
  messages: call.messages,
  max_output_tokens: call.max_output_tokens,
  temperature: call.role === "evaluator" ? 0 : 0.7,
  stream: call.role !== "evaluator",
  ...(call.response_schema && { response_schema: call.response_schema }),
  ...(call.tools && { tools: call.tools }),
  ...(call.tool_choice && { tool_choice: call.tool_choice }),
});

type Reason = Pick<Failure, "code" | "detail" | "hold" | "aborted">;

/** What was not sent, or is refused free of charge, costs nothing; a call that was cut may have been billed: its hold stays. */
function failureOf(error: unknown, signal: AbortSignal): Reason {
  const hold = error instanceof ProviderError && error.free ? "released" : "unconfirmed";
  if (signal.aborted) return { code: codeOf(signal.reason), detail: "aborted", hold, aborted: true };
  if (!(error instanceof AppError)) throw error;
  return { code: error.code, detail: error.message, hold, aborted: false };
}

function unreserved(error: unknown, signal: AbortSignal): Sent {
  if (error instanceof Refused)
    return { call: null, refusal: error.refusal, code: "internal", detail: error.message, aborted: false };
  const { code, detail, aborted } = failureOf(error, signal);
  return { call: null, refusal: null, code, detail, aborted };
}

const codeOf = (reason: unknown): FaultCode => (reason instanceof AppError ? reason.code : "thread.stopped");
