/** Somebody who has never been here: from the address to a first answer, and back here never again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openUpstream } from "../../../server/test/upstream/upstream.ts";
import { inBrowser, openPage } from "./browser.ts";
import { openOutsideSite, openSite } from "./site.ts";

test("three steps without a key lead to a first answer", inBrowser, async (t) => {
  const site = await openSite(t);
  const { page } = await openPage(t, site.url, { preferences: null });
  await page.goto("/");
  await page.waitForURL("**/setup*");
  await page.getByRole("heading", { name: "Just you, on this machine" }).waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Try without a key" }).click();
  await page.getByRole("heading", { name: "How careful should it be?" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Which models should answer?" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Which models should answer?" }).waitFor();
  await page.goForward();
  await page.getByRole("radio", { name: "Checked" }).press("Space");
  await page.getByRole("button", { name: "Ask this" }).click();
  await page.waitForURL("**/t/*");
  await page.getByRole("button", { name: "Good answer", exact: true }).waitFor();
  assert.equal(await page.getByText("simulated", { exact: true }).first().isVisible(), true);
  await page.getByRole("link", { name: "New question" }).click();
  await page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
});

test("a key is tried before it is kept, and never shown again", inBrowser, async (t) => {
  const upstream = await openUpstream();
  t.after(() => upstream.close());
  const good = "sk-proj-good0123456789abcdefWXYZ";
  upstream.keys = new Set([good]);
  const site = await openOutsideSite(t, upstream);
  const { page } = await openPage(t, site.url, { expected: /status of 4\d\d/ });
  await page.goto("/setup?step=models");
  const field = page.getByLabel("Key", { exact: true });
  const check = page.getByRole("button", { name: "Check this key" });
  await field.fill(good.replace("good", "evil"));
  await check.click();
  await page.getByText("OpenAI does not take this key. Nothing was kept.").waitFor();
  assert.deepEqual((await site.integration("openai")).keys, []);
  await field.fill(good);
  await check.click();
  await page.getByText("OpenAI takes this key.").waitFor();
  await page.getByRole("button", { name: "Keep this key" }).click();
  await page.getByText("Kept, encrypted.").waitFor();
  assert.equal((await site.integration("openai")).keys.length, 1);
  await page.reload();
  await page.getByRole("heading", { name: "Which models should answer?" }).waitFor();
  assert.ok(!(await page.content()).includes(good.slice(0, 20)));
});
