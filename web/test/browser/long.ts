/**
 * A thread of 10 000 events: how it opens, scrolls and goes on. `npm run smooth`, on a machine that does
 * nothing else: what it measures is time.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadEvent } from "@orchestratex/sdk/contract";
import { pino } from "pino";
import type { Page } from "playwright-core";
import { openWeb } from "../../../server/src/app/web.ts";
import { openByHand } from "../../../server/test/api/by-hand.ts";
import { recorded } from "../fixtures/recorded.ts";
import { inBrowser, openPage, whenLeaving } from "./browser.ts";

const EVENTS = 10_000;
const LONGEST_TASK_MS = 200;

/** What a real thread told, and between its first judgements and the rest thousands of calls that had to be made again. */
function story(): { event_type: string; message: string; details: object }[] {
  const logged = recorded("refined").filter(
    ({ seq, event_type }) => seq !== null && event_type !== "orchestration_finished",
  );
  const again = (at: number) => ({
    ...{
      event_type: "error_occurred",
      iteration_number: 1,
      model_involved: "simulated-amber",
      message: `Attempt ${at} failed`,
    },
    details: {
      ...{
        code: "provider.rate_limited",
        detail: `Attempt ${at}: slow down`,
        component: "provider",
        recoverable: true,
      },
      ...{ retry_after_ms: 10, total_cost: 0 },
    },
  });
  type Told =
    | ReturnType<typeof again>
    | Pick<ThreadEvent, "event_type" | "iteration_number" | "model_involved" | "message" | "details">;
  const told: Told[] = logged.map(({ event_type, iteration_number, model_involved, message, details }) => ({
    ...{ event_type, iteration_number, model_involved, message, details },
  }));
  return told.toSpliced(5, 0, ...Array.from({ length: EVENTS - told.length }, (_, at) => again(at + 1)));
}

/** Counts from now on. */
const watchTasks = (page: Page) =>
  page.evaluate(() => {
    const own = window as unknown as { tasks: number[] };
    own.tasks = [];
    new PerformanceObserver((list) => own.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: "longtask",
    });
  });

const longestTask = (page: Page) =>
  page.evaluate(() => Math.max(0, ...(window as unknown as { tasks: number[] }).tasks));

/** The times between frames while the wheel turns. */
async function framesWhile(page: Page, work: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const own = window as unknown as { frames: number[] };
    own.frames = [];
    let last = performance.now();
    const frame = (now: number) => {
      own.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await work();
  return page.evaluate(() => (window as unknown as { frames: number[] }).frames.slice(1).sort((a, b) => a - b));
}

test(`${EVENTS} events open, scroll and go on without a task of ${LONGEST_TASK_MS} ms`, inBrowser, async (t) => {
  whenLeaving(t);
  const stopping = new AbortController();
  const web = openWeb({ development: false, log: pino({ level: "silent" }), stopping: stopping.signal });
  const place = await openByHand({ after: (work) => t.after(work) }, { web });
  const thread = await place.thread();
  const events = story();
  for (let at = 0; at < events.length; at += 500) await thread.tell(...events.slice(at, at + 500));
  const { page } = await openPage(t, place.address, { expected: /status of 5\d\d/ });
  const start = performance.now();
  await page.goto(`/t/${thread.id}?tab=log`);
  await page.getByText(`of ${EVENTS.toLocaleString("en")} events`).waitFor();
  t.diagnostic(`open: ${Math.round(performance.now() - start)} ms until all events are shown`);

  await watchTasks(page);
  const list = page.getByRole("tabpanel").locator("[data-index]").first();
  await list.hover();
  const frames = await framesWhile(page, async () => {
    for (let turn = 0; turn < 100; turn++) await page.mouse.wheel(0, turn % 20 === 0 ? -20_000 : 900);
  });
  const at = (share: number) => Math.round(frames[Math.floor(frames.length * share)] ?? 0);
  t.diagnostic(`scroll: ${frames.length} frames, median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(0.999)} ms`);
  t.diagnostic(`longest task while scrolling: ${Math.round(await longestTask(page))} ms`);

  for (const tab of ["Answer", "Debate", "Critiques", "Versions", "Cost"]) {
    await watchTasks(page);
    await page.getByRole("tab", { name: tab }).click();
    for (let piece = 0; piece < 5; piece++) await thread.tell({ ...events[20], event_type: "error_occurred" });
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    const longest = await longestTask(page);
    t.diagnostic(`${tab}: longest task ${Math.round(longest)} ms`);
    assert.ok(longest < LONGEST_TASK_MS, `${tab}: a task of ${longest} ms`);
  }
});
