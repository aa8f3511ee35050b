/**
 * The pages that differ most: without a violation that axe can find, none wider than a telephone. `npm run shots` looks at every page
 * and tab, each in both themes: that takes minutes.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inTheDark, violationsOn } from "./axe.ts";
import { inBrowser, openPage } from "./browser.ts";
import { everyPlace } from "./places.ts";
import { openSite } from "./site.ts";

const looked = new Set([
  ...["ask", "setup", "thread-answer", "thread-critiques", "thread-versions", "thread-cost"],
  ...["history", "library", "library-found", "file-text", "file-facts", "models", "settings-algorithm"],
]);

test("pages are accessible and fit a telephone", inBrowser, async (t) => {
  const site = await openSite(t);
  const places = (await everyPlace(site)).filter(({ name }) => looked.has(name));
  const { page, settled } = await openPage(t, site.url, { expected: /404/ });
  /** What is wrong -> where. */
  const faults = new Map<string, string[]>();
  const note = (fault: string, place: string) => faults.set(fault, [...(faults.get(fault) ?? []), place]);
  await page.goto("/");
  // The rail is the same on every page.
  let seen: string[] = [];
  for (const { name, path, colourful } of places) {
    // As the page's own links do: what was loaded stays.
    await page.evaluate((to) => history.pushState(null, "", to), path);
    await settled();
    for (const violation of await violationsOn(page, {}, seen)) note(violation, name);
    if (colourful) {
      await page.emulateMedia({ colorScheme: "dark" });
      for (const violation of await violationsOn(page, inTheDark, seen)) note(violation, `${name} in the dark`);
      await page.emulateMedia({ colorScheme: "light" });
    }
    if (colourful) seen = [".rail"];
    await page.setViewportSize({ width: 360, height: 740 });
    await settled();
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (excess > 0) note(`${excess} px wider than 360`, name);
    await page.setViewportSize({ width: 1280, height: 900 });
  }
  assert.ok(faults.size === 0, [...faults].map(([fault, where]) => `${fault}\n  on ${where.join(", ")}`).join("\n\n"));
});
