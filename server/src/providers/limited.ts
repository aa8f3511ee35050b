/** Keeps the requests and tokens per minute of a model's profile, and the pauses its vendor asks for. */
import { type Gate, type GateOptions, type Leave, openGate } from "./gate.ts";
import { type ModelEvent, type ModelRequest, type Provider, ProviderError, type Wrapper } from "./provider.ts";

export type LimitedOptions = Pick<GateOptions, "clock" | "sleep" | "leases"> & Partial<GateOptions>;

/**
 * Per `model_name`, first come, first served: a call waits here, before anything is reserved for it, and `booking.waits` is told.
 * What a call will use is guessed before and corrected by its usage. A model without limits waits for its vendor's pauses only.
 */
export const limited = (options: LimitedOptions): Wrapper => {
  const gates = new Map<string, Gate>();
  const gateOf = (model: string): Gate => {
    // A minute, and what a block of it lives.
    const gate = gates.get(model) ?? openGate({ longestWaitMs: 65_000, ...options });
    gates.set(model, gate);
    return gate;
  };
  return (inner) => ({
    id: inner.id,
    call: (request, signal) => passing(inner, request, signal, gateOf(request.profile.model_name)),
  });
};

async function* passing(
  inner: Provider,
  request: ModelRequest,
  signal: AbortSignal,
  gate: Gate,
): AsyncGenerator<ModelEvent> {
  const { tokens_per_minute } = request.profile.rate_limits;
  const tokens = tokens_per_minute === null ? 0 : likelyTokens(request, tokens_per_minute);
  const entering = gate.enter(request, tokens, signal);
  const leave: Leave = typeof entering === "function" ? entering : await entering;
  try {
    for await (const event of inner.call(request, signal)) {
      if (event.type === "end" && event.usage && tokens > 0) leave(event.usage.input + event.usage.output);
      yield event;
    }
  } catch (error) {
    if (error instanceof ProviderError) {
      if (error.code === "provider.rate_limited" && error.retryAfterMs !== null) gate.close(error.retryAfterMs);
      if (error.free) leave(0);
    }
    throw error;
  }
}

/** Low for English, so that the guess is rather too high; the usage corrects it. */
const BYTES_PER_TOKEN = 3.5;
/** Few answers are as long as they may be. */
const USUAL_SHARE_OF_CAP = 0.25;

/** Tokens it will probably use, but no more than a minute has: alone in its minute, the largest call passes too. */
function likelyTokens({ messages, tools, max_output_tokens }: ModelRequest, most: number): number {
  const texts = [...messages.map(({ content }) => content), ...(tools ?? []).map((tool) => JSON.stringify(tool))];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return Math.min(most, Math.ceil(bytes / BYTES_PER_TOKEN + max_output_tokens * USUAL_SHARE_OF_CAP));
}
