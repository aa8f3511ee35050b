/** What it takes to open the page, and that nothing on it jumps while an answer is being written. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowser, openPage } from "./browser.ts";
import { openSite } from "./site.ts";

const FIRST_LOAD_BYTES = 150_000;

test(`the first page is there within ${FIRST_LOAD_BYTES / 1_000} kB, compressed by gzip`, inBrowser, async (t) => {
  const site = await openSite(t);
  const { page } = await openPage(t, site.url);
  const asked = new Set<string>();
  page.on("request", (request) => asked.add(request.url().slice(site.url.length)));
  await page.goto("/");
  await page.getByRole("textbox").first().waitFor();
  await page.waitForLoadState("networkidle");
  const sizes = await Promise.all(
    [...asked]
      .filter((path) => !path.startsWith("/api/"))
      .map(async (path) => {
        const headers = { host: "localhost", "accept-encoding": "gzip" };
        const { statusCode, rawPayload } = await site.door.inject({ method: "GET", url: path, headers });
        assert.equal(statusCode, 200, path);
        return [path, rawPayload.length] as const;
      }),
  );
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  t.diagnostic(`first load: ${(total / 1_000).toFixed(1)} kB in ${sizes.length} files`);
  assert.ok(asked.size > 3);
  assert.ok(total <= FIRST_LOAD_BYTES, JSON.stringify(sizes, null, 1));
});

test("nothing jumps while an answer is written, judged and refined", inBrowser, async (t) => {
  // The draft is long on its way, and the rest is not.
  const site = await openSite(t, {
    variables: { ORCHESTRATEX_SIMULATED_SPEED: "16", ORCHESTRATEX_SIMULATED_FAULTS: "*.primary:slow" },
  });
  const { page } = await openPage(t, site.url);
  await page.addInitScript(() => {
    const own = window as unknown as { shifts: object[] };
    own.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & Shift)[]) {
        if (entry.hadRecentInput) continue;
        const of = entry.sources.map(({ node }) =>
          node instanceof Element ? node.outerHTML.slice(0, 120) : `${node}`,
        );
        own.shifts.push({ value: entry.value, at: Math.round(entry.startTime), of });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  const id = await site.start("Why is the sky blue?", { mode: "checked", quality_threshold: 10 });
  await page.goto(`/t/${id}`);
  await page.getByText("a draft, being written by").waitFor();
  await page.getByRole("button", { name: "Good answer", exact: true }).waitFor();
  const shifts = await page.evaluate(() => (window as unknown as { shifts: { value: number }[] }).shifts);
  const total = shifts.reduce((sum, { value }) => sum + value, 0);
  t.diagnostic(`layout shift: ${total.toFixed(4)}`);
  assert.ok(total < 0.02, JSON.stringify(shifts, null, 1));
});

type Shift = { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] };
