/** What scrolls sideways within itself: its edges are shaded where there is more. */
import { type ReactNode, type RefObject, useEffect, useRef } from "react";

/** Pixels: half a one is no more to see. */
const LEAST = 1;

export function Edged({ className, children }: { className: string; children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  useEdges(frame);
  return (
    <div className="critique-edged">
      <div ref={frame} className={className}>
        {children}
      </div>
      <span className="critique-edge" data-side="start" aria-hidden="true" />
      <span className="critique-edge" data-side="end" aria-hidden="true" />
    </div>
  );
}

function useEdges(frame: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const inner = frame.current;
    const outer = inner?.parentElement;
    if (!inner || !outer) return;
    const look = () => {
      const past = Math.abs(inner.scrollLeft);
      outer.toggleAttribute("data-before", past > LEAST);
      outer.toggleAttribute("data-after", inner.scrollWidth - inner.clientWidth - past > LEAST);
    };
    const watch = new ResizeObserver(look);
    watch.observe(inner);
    if (inner.firstElementChild) watch.observe(inner.firstElementChild);
    inner.addEventListener("scroll", look, { passive: true });
    return () => {
      watch.disconnect();
      inner.removeEventListener("scroll", look);
    };
  }, [frame]);
}
