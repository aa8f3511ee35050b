/** What stands around every page. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowser, openPage } from "./browser.ts";
import { openSite } from "./site.ts";

test("what does not exist is told as such, with a way back; the palette finds its way", inBrowser, async (t) => {
  const { url } = await openSite(t);
  const { page } = await openPage(t, url, { expected: /404/ });
  await page.goto("/nothing/here");
  console.log(page.url(), await page.content());
});
