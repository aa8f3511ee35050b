/** Calls that start together are reserved together: so the money of a round goes to all its evaluators, or to fewer of them. */
import type { PlannedCall } from "./call.ts";
import type { Refusal } from "./journal.ts";
import { Refused } from "./step.ts";

export type Stage = {
  /** Resolves with the call once it is reserved; throws `Refused`. */
  join(call: PlannedCall): Promise<PlannedCall>;
  /** The call does not come now: it waits for a limit, or is not made at all. */
  leave(call: PlannedCall): void;
};

/** Those that were reserved, and why the others were not. */
export type Reserved = { reserved: readonly PlannedCall[]; refusal: Refusal };

type Joined = { call: PlannedCall; resolve(call: PlannedCall): void; reject(error: unknown): void };

/**
 * `reserve` answers those of the calls that were reserved. It is asked once, when each of `calls` has joined or left; and once
 * more for every call that joins after that.
 */
export function openStage(
  calls: readonly PlannedCall[],
  reserve: (calls: readonly PlannedCall[]) => Promise<Reserved>,
): Stage {
  const awaited = new Set(calls.map(({ step }) => step));
  const joined: Joined[] = [];
  const together = async (those: readonly Joined[]) => {
    try {
      const { reserved, refusal } = await reserve(those.map(({ call }) => call));
      for (const { call, resolve, reject } of those)
        if (reserved.includes(call)) resolve(call);
        else reject(new Refused(refusal));
    } catch (error) {
      for (const { reject } of those) reject(error);
    }
  };
  const goWhenComplete = () => {
    if (awaited.size === 0 && joined.length > 0) void together(joined.splice(0));
  };
  return {
    join(call) {
      const { promise, resolve, reject } = Promise.withResolvers<PlannedCall>();
      joined.push({ call, resolve, reject });
      awaited.delete(call.step);
      goWhenComplete();
      return promise;
    },
    leave({ step }) {
      awaited.delete(step);
      goWhenComplete();
    },
  };
}
