/** What is wider than its place: it scrolls within itself, also by the keys. */
import type { ReactNode } from "react";

const reachable = { tabIndex: 0 };

export function Scrolled({
  name,
  className = "",
  children,
}: {
  name: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section {...reachable} className={`scroll ${className}`} aria-label={name}>
      {children}
    </section>
  );
}
