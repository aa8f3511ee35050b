/** The whole way with nothing but keys. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { inBrowser, openPage } from "./browser.ts";
import { openSite } from "./site.ts";

/** As far as Tab leads. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if ((await target.and(page.locator(":focus")).count()) > 0) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`no Tab leads to ${target}`);
}

const whatHasFocus = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent);

test("asked, stopped, gone through by number, and the scores by arrows", inBrowser, async (t) => {
  const site = await openSite(t, { variables: { ORCHESTRATEX_SIMULATED_FAULTS: "jade.evaluator:hang" } });
  const { page } = await openPage(t, site.url, { preferences: { mode: "checked" } });
  const { keyboard } = page;
  await page.goto("/");
  await page.getByRole("textbox", { name: "Your question" }).and(page.locator(":focus")).waitFor();
  await keyboard.type("Why is the sky blue?");
  await keyboard.press("Enter");
  await page.waitForURL("**/t/*");
  const id = new URL(page.url()).pathname.split("/")[2] ?? "";
  await page.getByText("being judged").first().waitFor();

  const dialog = page.getByRole("dialog", { name: "Stop this thread?" });
  await keyboard.press("s");
  await dialog.waitFor();
  await keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await keyboard.press("s");
  await dialog.waitFor();
  await tabTo(page, dialog.getByRole("button", { name: "Stop now" }));
  await keyboard.press("Enter");
  await page.getByRole("button", { name: "Good answer", exact: true }).waitFor();
  assert.equal((await site.thread(id)).stop_reason, "stopped");

  for (const [at, name] of ["Answer", "Debate", "Critiques", "Versions", "Cost", "Log"].entries()) {
    await keyboard.press(String(at + 1));
    await page.getByRole("tab", { name, selected: true }).waitFor();
  }
  await keyboard.press("3");
  await tabTo(page, page.getByRole("gridcell").getByRole("button"));
  const first = await whatHasFocus(page);
  await keyboard.press("ArrowDown");
  assert.notEqual(await whatHasFocus(page), first);
  await keyboard.press("ArrowUp");
  assert.equal(await whatHasFocus(page), first);
  await keyboard.press("Enter");
  await page.getByRole("button", { name: "Close the judgement" }).waitFor();
  await keyboard.press("Escape");
  await page.getByRole("button", { name: "Close the judgement" }).waitFor({ state: "hidden" });
  assert.equal(await whatHasFocus(page), first, "the focus is back where it was");
});
