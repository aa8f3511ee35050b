/** Which models a question may be given to. Pure. */
import type { Profile } from "@orchestratex/sdk/contract";

/** Those that can be asked now; simulated ones only where there are no others. */
export function usableOf(models: readonly Profile[]): readonly Profile[] {
  const ready = models.filter(({ is_active, is_available }) => is_active && is_available);
  const real = ready.filter(({ simulated }) => !simulated);
  return real.length > 0 ? real : ready;
}
