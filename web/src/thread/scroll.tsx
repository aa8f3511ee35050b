/** A part that scrolls sideways within itself, also by keys. */
import type { ReactNode } from "react";

/** What cannot be reached by a pointer alone needs the focus. */
const reachable = (label: string) => ({ role: "group", tabIndex: 0, "aria-label": label });

export function Scroll({ label, className, children }: { label: string; className: string; children: ReactNode }) {
  return (
    <div {...reachable(label)} className={className}>
      {children}
    </div>
  );
}
