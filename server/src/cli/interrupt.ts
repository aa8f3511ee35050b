/** Ctrl-C: the first is a request, a second leaves at once. */
import { exits } from "./exits.ts";

/** npm, npx and our own hand-over deliver one Ctrl-C twice. */
const SAME_PRESS_MS = 500;

export type Interrupt = { asked: boolean; release(): void };

export function onInterrupt(first: () => void): Interrupt {
  let at: number | null = null;
  const interrupt: Interrupt = { asked: false, release: () => void process.off("SIGINT", pressed) };
  const pressed = () => {
    const now = performance.now();
    if (at === null) {
      at = now;
      interrupt.asked = true;
      first();
    } else if (now - at > SAME_PRESS_MS) process.exit(exits.interrupted);
  };
  process.on("SIGINT", pressed);
  return interrupt;
}
