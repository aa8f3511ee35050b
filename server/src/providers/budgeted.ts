/** Right before the wire: no request leaves that was not reserved a moment ago. */
import {
  type Booking,
  type ModelEvent,
  type ModelRequest,
  type Provider,
  ProviderError,
  type Wrapper,
} from "./provider.ts";

/** Sends what `booking.reserve` answers instead of what was asked. Without a booking the request passes as it is. */
export const budgeted = (): Wrapper => (inner) => {
  const attemptsOf = new WeakMap<Booking, number>();
  return {
    id: inner.id,
    call(request, signal) {
      const { booking } = request;
      if (!booking) return inner.call(request, signal);
      const attempt = attemptsOf.get(booking) ?? 0;
      attemptsOf.set(booking, attempt + 1);
      return booked(inner, booking, attempt, signal);
    },
  };
};

async function* booked(
  inner: Provider,
  booking: Booking,
  attempt: number,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const request = await booking.reserve(attempt);
  // Stopped meanwhile: said as not sent, since the reason of an abort would say nothing of the money.
  if (signal.aborted) throw notSent(request, "stopped", signal.reason);
  if (!booking.fresh(request.id)) throw notSent(request, "this process stood still");
  yield* inner.call(request, signal);
}

const notSent = ({ profile }: ModelRequest, why: string, cause?: unknown): ProviderError =>
  new ProviderError("call.not_sent", `${profile.model_name} was not called: ${why} after the reservation`, {
    ...{ free: true, retryAfterMs: 0, cause },
  });
