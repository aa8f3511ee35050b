/** Everyone who speaks with models, in the wrappers that every call passes. */
import { setTimeout as pause } from "node:timers/promises";
import type { Profile } from "@orchestratex/sdk/contract";
import { AppError } from "../errors.ts";
import { chain } from "../providers/chain.ts";
import { speakerOf } from "../providers/index.ts";
import type { Provider } from "../providers/provider.ts";
import type { Database } from "../store/database.ts";
import { leaseRate } from "../store/rate-blocks.ts";

export type Speakers = ReturnType<typeof openSpeakers>;

export type SpeakersOptions = {
  /** By a profile's `provider`, as they come from the wires. */
  wires: ReadonlyMap<string, Provider>;
  database: Database;
  /** How many times faster than life simulated models are; 0: they never wait, before another attempt neither. */
  simulatedSpeed: number;
  /** The same for pauses before another attempt at a real one: 1, but in tests. */
  realSpeed?: number;
  /** Who speaks in threads of the server's own test. */
  testWire: Provider;
};

export function openSpeakers({ wires, database, simulatedSpeed, realSpeed = 1, testWire }: SpeakersOptions) {
  const means = {
    clock: () => performance.now(),
    random: Math.random,
    leases: (ask: Parameters<typeof leaseRate>[1]) => leaseRate(database, ask),
  };
  // Only the pause before another attempt is shortened: a limit's is measured by the clock.
  const hurried = (speed: number) => (ms: number, signal: AbortSignal) => slept(speed === 0 ? 0 : ms / speed, signal);
  const real = chain({ ...means, sleep: slept, retrying: { sleep: hurried(realSpeed) } });
  const acting = chain({ ...means, sleep: slept, retrying: { sleep: hurried(simulatedSpeed) } });
  const testing = chain({ ...means, sleep: slept, retrying: { sleep: hurried(0) } });
  const wrapped = new Map([...wires].map(([id, wire]) => [id, id === "simulated" ? acting(wire) : real(wire)]));
  return {
    /** With its wrappers; throws `provider.rejected` where nobody speaks for the profile. */
    providerOf(profile: Profile): Provider {
      const speaker = speakerOf(wrapped, profile.provider);
      if (speaker) return speaker;
      throw new AppError("provider.rejected", `nobody here speaks for ${profile.model_name} (${profile.provider})`);
    },
    /** Without them. */
    wireOf: (profile: Profile): Provider | undefined => speakerOf(wires, profile.provider),
    testSpeaker: testing(testWire),
    /** By model: those that fail too often are left alone for a while. */
    breakers: () => new Map([...acting.states(), ...real.states()]),
  };
}

const slept = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted();
  if (milliseconds <= 0) return;
  await pause(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
};
