/**
 * A model that fails again and again is left alone for a while: its calls fail at once and cost nothing.
 *
 * Of our own, because the policies of cockatiel run functions that answer once and read the clock by themselves: a stream would
 * have to be told of beside its own events, and a test would have to sleep.
 */
import { AppError, type FaultCode } from "../errors.ts";
import { type ModelEvent, type ModelRequest, type Provider, ProviderError, type Wrapper } from "./provider.ts";

export type BreakingOptions = {
  /** Milliseconds, monotonic. */
  clock(): number;
  /** So many failures, one after the other, open the circuit. */
  consecutive?: number;
  /** So does half of the calls failing, once there were so many within `windowMs`. */
  leastCalls?: number;
  windowMs?: number;
  /** How long it stays open at first; twice as long after each trial that failed. */
  firstPauseMs?: number;
  longestPauseMs?: number;
};

/** `since`, `retryAt`: milliseconds of `clock`; `retryAt` null: closed. `failures`: one after the other. */
type BreakerState = {
  state: "closed" | "open" | "half_open";
  since: number;
  failures: number;
  retryAt: number | null;
};

/** `states`: by `model_name`, of the models that were called. */
export type Breaking = Wrapper & { states(): ReadonlyMap<string, BreakerState> };

/**
 * Per `model_name`: closed until it fails too often; then open, and each call throws `provider.paused` before anything is reserved;
 * after the pause one trial (another one once it takes longer than the pause did), whose success closes the circuit.
 */
export function breaking(options: BreakingOptions): Breaking {
  const limits: Limits = {
    ...{ consecutive: 5, leastCalls: 10, windowMs: 60_000, firstPauseMs: 10_000, longestPauseMs: 300_000 },
    ...options,
  };
  const circuits = new Map<string, Circuit>();
  const circuitOf = (model: string): Circuit => {
    const known = circuits.get(model);
    if (known) return known;
    const fresh = openCircuit(limits);
    circuits.set(model, fresh);
    return fresh;
  };
  const wrapper: Wrapper = (inner) => ({
    id: inner.id,
    call: (request, signal) => guarded(inner, request, signal, circuitOf(request.profile.model_name)),
  });
  return Object.assign(wrapper, {
    states: () => new Map([...circuits].map(([model, circuit]) => [model, circuit.state()])),
  });
}

/** The provider's own fault. A refusal or a rate limit shows that it is there: it neither mends nor breaks anything. */
const faulty = new Set<FaultCode>(["provider.failed", "provider.unreachable", "provider.unreadable"]);

async function* guarded(
  inner: Provider,
  request: ModelRequest,
  signal: AbortSignal,
  circuit: Circuit,
): AsyncGenerator<ModelEvent> {
  const tell = circuit.enter(request.profile.model_name);
  try {
    for await (const event of inner.call(request, signal)) {
      if (event.type === "end") tell("succeeded");
      yield event;
    }
  } catch (error) {
    if (!signal.aborted && error instanceof AppError && faulty.has(error.code)) tell("failed");
    throw error;
  } finally {
    // Of no effect where the end was told before.
    tell("unknown");
  }
}

type Limits = Required<BreakingOptions>;
type Outcome = "succeeded" | "failed" | "unknown";
type Circuit = {
  /** Throws `provider.paused`; otherwise the call may be made, and tells how it ended. */
  enter(model: string): (outcome: Outcome) => void;
  state(): BreakerState;
};

/** The share of failed calls is that of the last so many. */
const REMEMBERED = 100;

function openCircuit(limits: Limits): Circuit {
  const { clock } = limits;
  let now: BreakerState = { state: "closed", since: clock(), failures: 0, retryAt: null };
  let pauseMs = limits.firstPauseMs;
  let recent: { at: number; failed: boolean }[] = [];
  /** Grows when the circuit opens and closes: what a call from before tells is out of date. */
  let epoch = 0;

  const turn = (state: "closed" | "open", failures: number) => {
    now = { state, since: clock(), failures, retryAt: state === "open" ? clock() + pauseMs : null };
    recent = [];
    epoch++;
  };
  const count = (failed: boolean) => {
    recent = [...recent.filter(({ at }) => at > clock() - limits.windowMs), { at: clock(), failed }].slice(-REMEMBERED);
    now = { ...now, failures: failed ? now.failures + 1 : 0 };
    const lost = recent.filter((call) => call.failed).length;
    const isTooMuch = recent.length >= limits.leastCalls && lost * 2 >= recent.length;
    if (failed && (now.failures >= limits.consecutive || isTooMuch)) turn("open", now.failures);
  };
  const endTrial = (outcome: Outcome) => {
    if (outcome === "unknown") {
      now = { ...now, retryAt: clock() };
      return;
    }
    pauseMs = outcome === "failed" ? Math.min(limits.longestPauseMs, pauseMs * 2) : limits.firstPauseMs;
    turn(outcome === "failed" ? "open" : "closed", outcome === "failed" ? now.failures + 1 : 0);
  };
  return {
    enter(model) {
      if (now.retryAt !== null) {
        if (clock() < now.retryAt) throw paused(model, now.retryAt - clock());
        const since = now.state === "open" ? clock() : now.since;
        now = { ...now, state: "half_open", since, retryAt: clock() + pauseMs };
      }
      const entered = epoch;
      return (outcome) => {
        if (entered !== epoch) return;
        if (now.state === "half_open") endTrial(outcome);
        else if (outcome !== "unknown") count(outcome === "failed");
      };
    },
    state: () => now,
  };
}

const paused = (model: string, restMs: number): ProviderError =>
  new ProviderError("provider.paused", `${model} has failed too often: it is asked again in ${Math.ceil(restMs)} ms`, {
    ...{ free: true, retryAfterMs: Math.ceil(restMs) },
  });
