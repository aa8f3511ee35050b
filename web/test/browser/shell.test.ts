/** What stands around every page: the palette, the keys, the theme, the language, the drawer of a small screen. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowser, openPage } from "./browser.ts";
import { openSite } from "./site.ts";

const nowhere = "/t/0193a000-0000-7000-8000-000000000000";

test("by the palette and by single keys one gets everywhere; keys can be switched off", inBrowser, async (t) => {
  const { url } = await openSite(t);
  const { page } = await openPage(t, url, { expected: /404/ });
  await page.goto(nowhere);
  await page.getByRole("heading", { name: "There is nothing here" }).waitFor();

  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Command palette" });
  await palette.getByRole("combobox").fill("mod");
  await palette.getByRole("option", { name: "Models" }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/models");
  assert.equal(await palette.count(), 0);

  await page.keyboard.press("n");
  await page.waitForURL(`${url}/`);
  await page.getByRole("textbox", { name: "Your question" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await help.getByText("New question").waitFor();
  await help.getByRole("checkbox", { name: "Single keys are shortcuts" }).uncheck();
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
  await page.goto("/models");
  await page.locator("body").press("n");
  assert.equal(new URL(page.url()).pathname, "/models", "and it is remembered");
});

test("a chosen theme stays; the page speaks the browser's language", inBrowser, async (t) => {
  const { url } = await openSite(t);
  const { page } = await openPage(t, url, { locale: "de-DE", expected: /404/ });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto(nowhere);
  await page.getByRole("navigation", { name: "Hauptnavigation" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  const light = await background();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("dunkl");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  const dark = await background();
  assert.notEqual(dark, light);
  await page.reload();
  await page.getByRole("navigation", { name: "Hauptnavigation" }).waitFor();
  assert.equal(await background(), dark);
});

test("on a small screen the navigation is a drawer that closes by itself", inBrowser, async (t) => {
  const { url } = await openSite(t);
  const { page } = await openPage(t, url, { width: 390, height: 800 });
  await page.goto("/models");
  const rail = page.getByRole("navigation", { name: "Main navigation" });
  assert.equal(await rail.isVisible(), false);
  await page.getByRole("button", { name: "Menu" }).click();
  await rail.getByRole("link", { name: "Settings" }).click();
  await page.waitForURL("**/settings");
  await rail.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Menu" }).click();
  await rail.waitFor();
  await page.keyboard.press("Escape");
  await rail.waitFor({ state: "hidden" });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow} px too wide`);
});

test("back and forward lead to the place one came from", inBrowser, async (t) => {
  const site = await openSite(t);
  const { id } = await site.session();
  for (let number = 1; number <= 40; number++)
    await site.send("POST", "/api/threads/", { prompt: `Question number ${number} of many`, session_id: id });
  const { page } = await openPage(t, site.url);
  const scrolled = () => page.evaluate(() => scrollY);
  await page.goto("/history");
  const row = page.locator("main").getByRole("link", { name: /Question number 12 of many/ });
  await row.scrollIntoViewIfNeeded();
  assert.ok((await scrolled()) > 200, `${await scrolled()}`);
  /** Rows get their real height when they are seen: that the row is in sight is what can be held to. */
  const inSight = async () => {
    const { y = -1 } = (await row.boundingBox()) ?? {};
    return y >= 0 && y < 900;
  };
  await row.click();
  await page.getByRole("heading", { level: 1, name: "Question number 12 of many" }).waitFor();
  assert.equal(await scrolled(), 0, "a new page is read from its start");
  await page.goBack();
  await row.waitFor();
  for (let look = 0; look < 200 && !(await inSight()); look++)
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  assert.ok(await inSight());
  await page.goForward();
  await page.getByRole("heading", { level: 1, name: "Question number 12 of many" }).waitFor();
});
