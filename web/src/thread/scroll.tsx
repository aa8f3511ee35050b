/** A part that scrolls sideways within itself, also by keys. */
import type { ReactNode } from "react";

/** What cannot be reached by a pointer alone needs the focus. */
const reachable = { tabIndex: 0 };

export function Scroll({ label, className, children }: { label: string; className: string; children: ReactNode }) {
  return (
    <section {...reachable} className={className} aria-label={label}>
      {children}
    </section>
  );
}
