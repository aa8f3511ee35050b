/** Words of a text marked on the page without touching it: the browser's own highlights over ranges. */
import { type RefObject, useEffect } from "react";
import { findQuote, indexOf } from "./quotes.ts";

/** A quote that was asked for; a new object each time it is. */
export type Chosen = { key: string; quote: string };

const QUOTED = "critique-quoted";
const CHOSEN = "critique-chosen";

/** Marks `quotes` in the element, the chosen one more strongly, however often its text is drawn anew. */
export function useHighlights(
  root: RefObject<HTMLElement | null>,
  version: string,
  quotes: readonly string[],
  chosen: Chosen | null,
): void {
  useEffect(() => {
    const element = root.current;
    if (!element || version === "" || !("highlights" in CSS)) return;
    let due = 0;
    const paint = () => {
      due = 0;
      mark(element, quotes, chosen?.quote ?? "");
    };
    const observer = new MutationObserver(() => {
      due ||= requestAnimationFrame(paint);
    });
    observer.observe(element, { childList: true, subtree: true, characterData: true });
    paint();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(due);
      CSS.highlights.delete(QUOTED);
      CSS.highlights.delete(CHOSEN);
    };
  }, [root, version, quotes, chosen]);
  useEffect(() => {
    if (chosen && root.current) reveal(root.current, chosen.quote);
  }, [root, chosen]);
}

function mark(element: HTMLElement, quotes: readonly string[], chosen: string): void {
  const find = rangesIn(element);
  CSS.highlights.set(QUOTED, new Highlight(...quotes.flatMap(find)));
  CSS.highlights.set(CHOSEN, new Highlight(...find(chosen)));
}

function rangesIn(element: HTMLElement): (quote: string) => Range[] {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  while (walker.nextNode()) nodes.push(walker.currentNode as Text);
  const index = indexOf(nodes.map(({ data }) => data));
  return (quote) =>
    findQuote(index, quote).flatMap(({ from, to }) => {
      const [first, last] = [nodes[from.node], nodes[to.node]];
      if (!first || !last) return [];
      const range = document.createRange();
      range.setStart(first, from.offset);
      range.setEnd(last, to.offset);
      return [range];
    });
}

/** A third from the top, unless it is in sight. */
function reveal(element: HTMLElement, quote: string): void {
  const box = rangesIn(element)(quote)[0]?.getBoundingClientRect();
  if (!box || (box.top >= 0 && box.bottom <= innerHeight)) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scrollBy({ top: box.top - innerHeight / 3, behavior: still ? "auto" : "smooth" });
}
