/** Simulated or real: one thread never mixes the two. Pure. */
import type { Profile } from "@orchestratex/sdk/contract";

/**
 * The profiles a thread may use. `auto`: simulated ones only while no real one is active and available;
 * naming a simulated profile makes an all-simulated thread, unless simulation is off. `begun`: a thread that was selected for
 * stays of its kind (true: simulated), whatever keys come and go meanwhile.
 */
export function poolOf(
  profiles: readonly Profile[],
  policy: "auto" | "on" | "off",
  override: string | null,
  begun: boolean | null = null,
): Profile[] {
  const real = profiles.filter(({ simulated }) => !simulated);
  const simulated = policy === "off" ? [] : profiles.filter((profile) => profile.simulated);
  if (begun !== null) return begun ? simulated : real;
  const named = profiles.find(({ model_name }) => model_name === override);
  if (named) return named.simulated ? simulated : real;
  const realReady = real.some(({ is_active, is_available }) => is_active && is_available);
  return policy === "on" || (policy === "auto" && !realReady) ? simulated : real;
}
