/** A key by its end, or by the start of its hash where it is too short for that. */
import type { Integration } from "@orchestratex/sdk/contract";

export function KeyName({ hint }: { hint: Integration["keys"][number] }) {
  return (
    <code className="settings-key" title={hint.fingerprint}>
      {hint.last4 === null ? hint.fingerprint.slice(0, 8) : `…${hint.last4}`}
    </code>
  );
}
