/** Whoever goes back finds a page where it was left. The browser tries once, which is too early where rows get their height when they are seen. */

const PATIENCE_MS = 5_000;

/** Address -> how far down it was when it was left. */
const tops = new Map<string, number>();

/** Set while a page is being brought back. */
let wanted: number | null = null;

function bringBack(until: number): void {
  if (wanted === null) return;
  scrollTo(0, wanted);
  if (Math.abs(scrollY - wanted) < 2 || performance.now() > until) wanted = null;
  else requestAnimationFrame(() => bringBack(until));
}

addEventListener("scroll", () => wanted === null && tops.set(location.pathname, scrollY), { passive: true });

addEventListener("popstate", () => {
  // A link within the page is a way of its own.
  if (location.hash !== "") return;
  wanted = tops.get(location.pathname) ?? 0;
  requestAnimationFrame(() => bringBack(performance.now() + PATIENCE_MS));
});

for (const type of ["wheel", "touchstart", "keydown", "pointerdown"])
  addEventListener(
    type,
    () => {
      wanted = null;
    },
    { passive: true },
  );
