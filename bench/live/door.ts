/** A client that asks for little, ten times a second, while others follow. */
import { setTimeout as pause } from "node:timers/promises";
import { timesOf } from "./watch.ts";

export function probeDoor(url: string, thread: string) {
  const times: number[] = [];
  let ended = false;
  const probing = (async () => {
    while (!ended) {
      const asked = performance.now();
      await (await fetch(`${url}/api/orchestrate/status/${thread}`)).text();
      times.push(performance.now() - asked);
      await pause(100);
    }
  })();
  return {
    async end() {
      ended = true;
      await probing;
      return timesOf(times);
    },
  };
}
