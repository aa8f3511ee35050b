/** A part that scrolls sideways within itself, also by keys. */
import type { ReactNode, Ref } from "react";

/** What cannot be reached by a pointer alone needs the focus. */
const reachable = (label: string) => ({ role: "group", tabIndex: 0, "aria-label": label });

type Props = { label: string; className: string; ref?: Ref<HTMLDivElement>; children: ReactNode };

export function Scroll({ label, className, ref, children }: Props) {
  return (
    <div ref={ref} {...reachable(label)} className={className}>
      {children}
    </div>
  );
}
