/** Keeps a page calm while a text grows in it. */
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

/** Where one text takes another's place, the room of the one before is kept until the thread is over. */
export function useKeptRoom(id: string | null, over: boolean): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => {
      height.current = element.offsetHeight;
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    const room = over || id === null || height.current === 0 ? "" : `${height.current}px`;
    box.current?.style.setProperty("--room", room);
  }, [id, over]);
  return box;
}

/** So near to the end, the reader follows what is written. */
const NEAR_PX = 120;

/** Follows the growing end of the page for whoever has scrolled there; nobody else is moved. */
export function useStickToEnd(length: number): void {
  const following = useRef(false);
  useEffect(() => {
    const look = () => {
      const { scrollHeight } = document.documentElement;
      following.current = scrollY > 0 && scrollY + innerHeight >= scrollHeight - NEAR_PX;
    };
    addEventListener("scroll", look, { passive: true });
    return () => removeEventListener("scroll", look);
  }, []);
  useLayoutEffect(() => {
    if (length > 0 && following.current) scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
  }, [length]);
}
