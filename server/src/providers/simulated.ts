/**
 * Models without a vendor: the whole product runs on them before there is an API key.
 *
 * They know a request's messages and nothing else, like any model at the other end of a wire. The same seed, model and
 * messages give the same text.
 */
import type { FinishReason } from "@orchestratex/sdk/contract";
import { AppError } from "../errors.ts";
import { type ModelEvent, type ModelRequest, type Provider, ProviderError, type Usage } from "./provider.ts";
import { chanceOf, unit } from "./simulated/chance.ts";
import { type FaultKind, type FaultRule, faultOf, parseFaults } from "./simulated/faults.ts";
import { type Mind, minds } from "./simulated/minds.ts";
import { read, type Task } from "./simulated/read.ts";
import { reply, spoiled } from "./simulated/reply.ts";
import { inputTokens, outputTokens, piecesOf, shortened } from "./simulated/tokens.ts";

export { simulatedProfiles } from "./simulated/profiles.ts";

export type SimulatedOptions = {
  /** Another seed, other texts. */
  seed?: string;
  /** 1: lifelike. 10: ten times as fast. 0: no waiting at all. */
  speed?: number;
  /** See simulated/faults.ts. */
  faults?: string;
  sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

type Call = {
  request: ModelRequest;
  mind: Mind;
  task: Task;
  fault: FaultKind | null;
  wait: (milliseconds: number) => Promise<void>;
  signal: AbortSignal;
};

/** How many different requests the dice of the faults remember. */
const REMEMBERED = 10_000;

export function simulated(options: SimulatedOptions = {}): Provider {
  const { seed = "1", speed = 1, sleep = slept } = options;
  if (!(speed >= 0 && Number.isFinite(speed))) {
    throw new AppError("config.invalid", "ORCHESTRATEX_SIMULATED_SPEED must be a number, 0 (no waiting) or more.");
  }
  const rules = parseFaults(options.faults ?? "");
  const seen = new Map<string, number>();
  return {
    id: "simulated",
    async *call(request, signal) {
      signal.throwIfAborted();
      const mind = minds.find(({ model }) => model === request.profile.model_name);
      if (!mind)
        throw new ProviderError("provider.rejected", `There is no simulated model "${request.profile.model_name}".`, {
          free: true,
        });
      const task = read(request.messages);
      const fault = rules.length > 0 ? struck(rules, request, task, seed, seen) : null;
      const pace = speed === 0 ? 0 : (fault === "slow" ? 10 : 1) / speed;
      const wait = async (milliseconds: number) => {
        if (pace > 0) await sleep(milliseconds * pace, signal);
        signal.throwIfAborted();
      };
      yield* streamed({ request, mind, task, fault, wait, signal }, seed);
    },
  };
}

function struck(
  rules: readonly FaultRule[],
  { profile, role, messages }: ModelRequest,
  task: Task,
  seed: string,
  seen: Map<string, number>,
): FaultKind | null {
  const key = `${unit(profile.model_name, role, JSON.stringify(messages))}`;
  const timesSeen = seen.get(key) ?? 0;
  if (seen.size >= REMEMBERED) seen.clear();
  seen.set(key, timesSeen + 1);
  const call = { model: profile.model_name, role, repair: task.repair, timesSeen };
  return faultOf(rules, call, (rule) => unit(seed, "fault", key, `${timesSeen}`, `${rule}`));
}

async function* streamed(call: Call, seed: string): AsyncGenerator<ModelEvent> {
  const { request, mind, task, fault, wait, signal } = call;
  const variety = chanceOf(seed, mind.model, "pace", task.prompt.slice(0, 1_000));
  await wait(mind.firstTokenMs * variety.between(0.7, 1.4));
  if (fault === "hang") await aborted(signal);
  refuse(fault, mind.model);
  const whole = spoiled(reply(request, task, mind, seed), fault, task);
  const cap =
    fault === "length"
      ? Math.min(request.max_output_tokens, Math.ceil(outputTokens(whole) * 0.6))
      : request.max_output_tokens;
  const text = shortened(whole, cap);
  const pieces = piecesOf(fault === "cut" ? text.slice(0, Math.ceil(text.length / 2)) : text);
  let debt = 0;
  for (const piece of pieces) {
    debt += (outputTokens(piece) * 1_000) / (mind.tokensPerSecond * variety.between(0.9, 1.1));
    if (debt >= 20) {
      await wait(debt);
      debt = 0;
    }
    signal.throwIfAborted();
    yield { type: "text-delta", text: piece };
  }
  signal.throwIfAborted();
  if (fault === "cut")
    throw new ProviderError(
      "provider.unreachable",
      `${mind.model} broke off in the middle of its answer (simulated fault).`,
      { free: false },
    );
  yield {
    type: "end",
    finish_reason: finishOf(fault, text !== whole),
    usage: fault === "no_usage" ? null : billed(usageOf(request, text), fault === "overcharge"),
  };
}

function refuse(fault: FaultKind | null, model: string): void {
  if (fault === "rate_limited")
    throw new ProviderError("provider.rate_limited", `${model} asks us to slow down (simulated fault).`, {
      free: true,
    });
  if (fault === "rejected")
    throw new ProviderError("provider.rejected", `${model} refused the call (simulated fault).`, { free: true });
  if (fault === "unreachable")
    throw new ProviderError("provider.unreachable", `${model} did not answer (simulated fault).`, { free: false });
}

const finishOf = (fault: FaultKind | null, isShortened: boolean): FinishReason =>
  fault === "refusal" ? "content_filter" : isShortened ? "length" : "stop";

/** Far more than was said and asked, as a vendor with a fault in its meter might count. */
const billed = (usage: Usage, overcharged: boolean): Usage =>
  overcharged ? { ...usage, output: usage.output * 100 } : usage;

const usageOf = ({ messages }: ModelRequest, text: string): Usage => ({
  input: inputTokens(messages),
  output: outputTokens(text),
  cached_input: 0,
  reasoning: 0,
});

/** Never resolves; rejects with the signal's reason. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

const slept = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
