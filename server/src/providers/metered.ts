/** Innermost, around the wire: what a call took, and that its events are what the contract promises, whatever the wire says. */
import { AppError, type FaultCode } from "../errors.ts";
import {
  type ModelEvent,
  type ModelRequest,
  type Provider,
  ProviderError,
  type Usage,
  type Wrapper,
} from "./provider.ts";

export type MeteredOptions = {
  /** Milliseconds, monotonic. */
  clock(): number;
  /** Of one reply, texts and arguments of tools together, in UTF-16 units. */
  longestReply?: number;
  mostEvents?: number;
};

/** Since the start of this process. */
type ModelTotals = {
  calls: number;
  /** Under way now. */
  running: number;
  /** Calls that ended with a fault, by its code. */
  failures: Partial<Record<FaultCode, number>>;
  /** Calls whose reader or signal broke them off. */
  stopped: number;
  /** As the vendor counted them; of calls that said so. */
  input_tokens: number;
  output_tokens: number;
  cached_input_tokens: number;
  /** Calls that came to their end, and how long they took together. */
  completed: number;
  total_ms: number;
  /** Calls that said something, and how long it took them to begin, together. */
  begun: number;
  first_event_ms: number;
};

/** `totals`: by `model_name`, of the models that were called. */
export type Metered = Wrapper & { totals(): ReadonlyMap<string, Readonly<ModelTotals>> };

/**
 * Counts calls, and keeps the contract: exactly one `end` and nothing after it, a reply of a bounded size, a usage that is possible.
 * A reply without an `end` is `provider.unreachable`, one that has no bound `provider.unreadable`.
 */
export function metered(options: MeteredOptions): Metered {
  const limits: Limits = { longestReply: 8_000_000, mostEvents: 1_000_000, ...options };
  const totals = new Map<string, ModelTotals>();
  const totalsOf = (model: string): ModelTotals => {
    const sums = totals.get(model) ?? nothing();
    totals.set(model, sums);
    return sums;
  };
  const wrapper: Wrapper = (inner) => ({
    id: inner.id,
    call: (request, signal) => counted(inner, request, signal, totalsOf(request.profile.model_name), limits),
  });
  return Object.assign(wrapper, { totals: () => new Map([...totals].map(([model, sums]) => [model, copy(sums)])) });
}

type Limits = Required<MeteredOptions>;

async function* counted(
  inner: Provider,
  request: ModelRequest,
  signal: AbortSignal,
  sums: ModelTotals,
  limits: Limits,
): AsyncGenerator<ModelEvent> {
  const call = begin(sums, limits.clock);
  const checked = contract(request, limits);
  try {
    for await (const given of inner.call(request, signal)) {
      const event = checked(given);
      call.heard();
      if (event === null) continue;
      if (event.type === "end") {
        call.completed(event.usage);
        yield event;
        return;
      }
      yield event;
    }
    throw broken("provider.unreachable", request.profile.model_name, "broke off before the end of its reply");
  } catch (error) {
    if (!signal.aborted) call.failed(error);
    throw error;
  } finally {
    call.over();
  }
}

/** What one call adds to its model's sums; of its ends the first counts. */
function begin(sums: ModelTotals, clock: () => number) {
  const started = clock();
  let hasBegun = false;
  let isOver = false;
  const end = (): boolean => {
    if (isOver) return false;
    isOver = true;
    sums.running--;
    return true;
  };
  sums.calls++;
  sums.running++;
  return {
    heard() {
      if (hasBegun) return;
      hasBegun = true;
      sums.begun++;
      sums.first_event_ms += clock() - started;
    },
    completed(usage: Usage | null) {
      if (!end()) return;
      sums.completed++;
      sums.total_ms += clock() - started;
      sums.input_tokens += usage?.input ?? 0;
      sums.output_tokens += usage?.output ?? 0;
      sums.cached_input_tokens += usage?.cached_input ?? 0;
    },
    failed(error: unknown) {
      const code = error instanceof AppError ? error.code : "internal";
      if (end()) sums.failures[code] = (sums.failures[code] ?? 0) + 1;
    },
    over() {
      if (end()) sums.stopped++;
    },
  };
}

/**
 * Answers each event as it may go on; null: it may not. Nobody could answer the call of a tool that was not offered: what is left of
 * such a reply is its text. Throws `provider.unreadable` for a reply without a bound.
 */
function contract(
  { profile, tools = [], tool_choice }: ModelRequest,
  { longestReply, mostEvents }: Limits,
): (event: ModelEvent) => ModelEvent | null {
  const isOffered = tools.length > 0 && tool_choice !== "none";
  let units = 0;
  let events = 0;
  return (event) => {
    if (event.type === "end") {
      const isUninvited = event.finish_reason === "tool_calls" && !isOffered;
      const finish_reason = isUninvited ? "other" : event.finish_reason;
      return { ...event, finish_reason, usage: event.usage && possible(event.usage) };
    }
    units += event.type === "text-delta" ? event.text.length : event.name.length + event.arguments.length;
    if (++events > mostEvents || units > longestReply)
      throw broken("provider.unreadable", profile.model_name, "has sent more than a reply can be");
    return event.type === "tool-call" && !isOffered ? null : event;
  };
}

/** No context and no reply of any model comes near it. */
const MOST_TOKENS = 1e9;

/**
 * Null for figures that cannot be, so that the call counts as one without a bill, whose reservation is kept whole. Figures that
 * are large, yet possible, stay as they are: that is what the vendor bills, and what exceeds the reservation is to be seen.
 */
function possible(usage: Usage): Usage | null {
  const { input, output, cached_input, reasoning, cache_write = 0 } = usage;
  const isCount = (tokens: number) => Number.isInteger(tokens) && tokens >= 0 && tokens <= MOST_TOKENS;
  const counts = [input, output, cached_input, reasoning, cache_write].every(isCount);
  // A part greater than its whole would make the rest of it negative, and a price of less than nothing.
  return counts && cached_input + cache_write <= input && reasoning <= output ? usage : null;
}

/** It may have been billed. */
const broken = (code: FaultCode, model: string, what: string): ProviderError =>
  new ProviderError(code, `${model} ${what}`, { free: false });

const nothing = (): ModelTotals => ({
  ...{ calls: 0, running: 0, failures: {}, stopped: 0, input_tokens: 0, output_tokens: 0, cached_input_tokens: 0 },
  ...{ completed: 0, total_ms: 0, begun: 0, first_event_ms: 0 },
});

const copy = (sums: ModelTotals): ModelTotals => ({ ...sums, failures: { ...sums.failures } });
