/** A thread from the question to the shared link, as somebody at the page sees it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { inBrowser, openPage } from "./browser.ts";
import { openSite } from "./site.ts";

const question = "Why is the sky blue, and why is a sunset red?";

const ask = async (page: Page) => {
  await page.goto("/");
  await page.getByRole("button", { name: question }).click();
  await page.getByRole("radio", { name: "Checked" }).press("Space");
  const field = page.getByRole("textbox", { name: "Your question" });
  assert.equal(await field.inputValue(), question);
  await field.press("Enter");
  await page.waitForURL("**/t/*");
  return new URL(page.url()).pathname.split("/")[2] ?? "";
};

test("asked, judged, refined, compared, rated, restored: one thread", inBrowser, async (t) => {
  const site = await openSite(t);
  const { page } = await openPage(t, site.url);
  const id = await ask(page);
  await page.getByRole("heading", { level: 1, name: question }).waitFor();
  await page.locator("main").getByText("done", { exact: true }).first().waitFor();
  const thread = await site.thread(id);
  const final = thread.final_response ?? assert.fail("no answer");
  const answer = page.locator(`[data-version="${thread.best_response_id}"]`).first();
  assert.ok((await answer.textContent())?.startsWith(final.slice(0, 40)), "what is shown is the final answer");
  assert.match(await page.title(), /Why is the sky blue.* · OrchestrateX/);

  await page.getByRole("tab", { name: "Critiques" }).click();
  const matrix = page.getByRole("grid");
  await matrix.waitFor();
  assert.ok((await matrix.getByRole("gridcell").count()) >= 4);

  await page.getByRole("tab", { name: "Versions" }).click();
  await page.getByRole("heading", { name: "What changed" }).waitFor();
  assert.ok((await page.locator("main ins").count()) > 0 && (await page.locator("main del").count()) > 0);
  await page.getByRole("button", { name: "Restore iteration 1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
  await page.getByText("Iteration 1 is the final answer now.").waitFor();
  assert.equal((await site.thread(id)).best_iteration, 1);
  await page.locator("header").getByText("restored by you").waitFor();

  await page.getByRole("tab", { name: "Cost" }).click();
  await page.getByText("Nothing was paid").waitFor();
  const total = page.getByRole("row", { name: /^Total/ });
  assert.match((await total.textContent()) ?? "", /\$0\.0/);

  await page.getByRole("tab", { name: "Answer" }).click();
  const good = page.getByRole("button", { name: "Good answer", exact: true });
  await good.click();
  await page.locator('button[aria-pressed="true"][aria-label="Good answer"]').waitFor();
  assert.equal((await site.thread(id)).user_accepted, true);
});

test("a link shows a thread to somebody else, read-only, until it is withdrawn", inBrowser, async (t) => {
  const site = await openSite(t);
  const { thread_id: id } = await site.ask(question, { mode: "checked", context: "Only for my own eyes." });
  const own = await openPage(t, site.url);
  await own.page.goto(`/t/${id}`);
  await own.page.getByRole("button", { name: "Share" }).click();
  const dialog = own.page.getByRole("dialog", { name: "Share this thread" });
  await dialog.getByRole("button", { name: "Make a link" }).click();
  const link = await dialog.getByRole("textbox", { name: "Link to this thread" }).inputValue();

  const other = await openPage(t, site.url, { preferences: null, expected: /404/ });
  await other.page.goto(link);
  await other.page.getByRole("heading", { level: 1, name: question }).waitFor();
  await other.page.getByText("Shared thread, read only").waitFor();
  for (const name of ["Share", "Good answer", "Challenge this", "Ask a follow-up", "Restore iteration 1"])
    assert.equal(await other.page.getByRole("button", { name }).count(), 0, name);
  for (const tab of ["Debate", "Critiques", "Versions", "Cost", "Log"]) {
    await other.page.getByRole("tab", { name: tab }).click();
    assert.equal(await other.page.getByText("Only for my own eyes.").count(), 0);
  }

  await dialog.getByRole("button", { name: "Stop sharing" }).click();
  await dialog.getByRole("button", { name: "Make a link" }).waitFor();
  await other.page.reload();
  await other.page.getByText("This link was withdrawn or never existed.").waitFor();
});

test(
  "hidden names are hidden on the whole page, also after a reload; the course is gone through by keys",
  inBrowser,
  async (t) => {
    const site = await openSite(t);
    const { thread_id: id } = await site.ask(question, { mode: "checked" });
    const { evaluators, selected_model } = await site.thread(id);
    const { page } = await openPage(t, site.url);
    await page.goto(`/t/${id}?tab=critiques`);
    await page.getByRole("button", { name: "Hide names" }).click();
    await page.reload();
    await page.getByRole("button", { name: "Hide names", pressed: true }).waitFor();
    const course = page.getByRole("table", { name: /^Who did what/ });
    const names = [selected_model ?? "", ...evaluators].map((name) => name.replace("simulated-", ""));
    for (const tab of ["Critiques", "Debate", "Answer"]) {
      await page.getByRole("tab", { name: tab }).click();
      for (const name of names) assert.equal(await page.getByText(name, { exact: true }).count(), 0, `${tab}: ${name}`);
    }
    assert.deepEqual(await course.getByRole("rowheader").allTextContents(), [
      "1Authorwrites",
      "ACritic A",
      "BCritic B",
    ]);

    const cells = course.getByRole("button");
    await cells.first().focus();
    for (const [key, expected] of [
      ["ArrowDown", /^Critic A, Iteration 1, Judge/],
      ["ArrowDown", /^Critic B, Iteration 1/],
      ["Home", /^Critic B, Iteration 1/],
      ["Control+Home", /^Author, Choose/],
      ["End", /^Author, Done/],
    ] as const) {
      await page.keyboard.press(key);
      assert.match((await page.locator(":focus").textContent()) ?? "", expected, key);
    }
    assert.equal(await course.locator('button[tabindex="0"]').count(), 1);
  },
);

test("two windows show the same thread; what is done in one is seen in the other", inBrowser, async (t) => {
  const site = await openSite(t, { variables: { ORCHESTRATEX_SIMULATED_FAULTS: "*.evaluator:hang" } });
  const first = await openPage(t, site.url);
  const second = await openPage(t, site.url);
  const id = await ask(first.page);
  await second.page.goto(`/t/${id}`);
  for (const { page } of [first, second]) await page.getByText("Version 1, being judged").waitFor();
  await first.page.getByRole("button", { name: "Stop", exact: true }).click();
  await first.page.getByRole("menuitem", { name: "Stop now" }).click();
  for (const { page } of [first, second])
    await page.getByRole("button", { name: "Good answer", exact: true }).waitFor();
  await second.page.getByRole("radio", { name: "8", exact: true }).press("Space");
  await first.page.locator('input[name="rating"][value="8"]:checked').waitFor({ state: "attached" });
  assert.equal((await site.thread(id)).user_rating, 8);
  const shown = await Promise.all(
    [first, second].map(({ page }) => page.locator("[data-version]").first().textContent()),
  );
  assert.equal(shown[0], shown[1]);
});
