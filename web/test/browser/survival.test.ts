/** What a page survives while a thread runs: it is loaded anew, and its server dies and comes back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { openTestStore } from "../../../server/test/store.ts";
import { inBrowser, openPage } from "./browser.ts";
import { openSite, type Site } from "./site.ts";

const hard = { mode: "thorough", quality_threshold: 10, max_iterations: 2 };

/** What is shown in the end is what the server has: each event once, and the final answer. */
async function assertWhole(page: Page, site: Site, id: string): Promise<void> {
  await page.getByRole("button", { name: "Good answer", exact: true }).waitFor();
  const { best_response_id, final_response } = await site.thread(id);
  const shown = await page.locator(`[data-version="${best_response_id}"]`).first().textContent();
  assert.ok(shown?.includes((final_response ?? "").split(/[.\n]/)[0] ?? "?"));
  const { last_seq } = (await site.send("GET", `/api/threads/${id}`)).body;
  await page.getByRole("tab", { name: "Log" }).click();
  await page.getByText(`${last_seq} of ${last_seq} events`).waitFor();
}

/** One judgement never comes. */
const stuck = { ORCHESTRATEX_SIMULATED_FAULTS: "coral.evaluator:hang" };

test("loaded anew while it is judged, it goes on where it is", inBrowser, async (t) => {
  const site = await openSite(t, { variables: stuck });
  const { page } = await openPage(t, site.url);
  const id = await site.start("Why is the sky blue?", hard);
  await page.goto(`/t/${id}?tab=critiques`);
  await page.getByRole("grid").waitFor();
  await page.reload();
  await page.getByRole("tab", { name: "Critiques", selected: true }).waitFor();
  await page.getByRole("tab", { name: "Answer" }).click();
  await page.getByText("Version 1, being judged").waitFor();
  await site.send("PUT", `/api/orchestrate/stop/${id}`, {});
  await assertWhole(page, site, id);
});

test("the server dies in the middle and comes back: the page says so, and misses nothing", inBrowser, async (t) => {
  const database = await openTestStore();
  const before = await openSite(t, { variables: stuck, database });
  t.after(() => database.close());
  const { page } = await openPage(t, before.url, { expected: /ERR_CONNECTION_REFUSED|WebSocket|status of 50/ });
  const id = await before.start("Why is the sky blue?", hard);
  await page.goto(`/t/${id}`);
  await page.getByText("Version 1, being judged").waitFor();
  await before.close();
  await page.getByText("Connection lost, trying again").waitFor();
  const after = await openSite(t, { variables: { PORT: new URL(before.url).port }, database });
  await after.until(id, "orchestration_finished");
  await assertWhole(page, after, id);
  assert.equal(await page.getByText("Connection lost").count(), 0);
});
