/** Every page, in the light and in the dark, without a violation that axe can find; none is wider than a telephone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { violationsOn } from "./axe.ts";
import { inBrowser, openPage } from "./browser.ts";
import { everyPlace } from "./places.ts";
import { openSite } from "./site.ts";

test("every page is accessible in both themes, and fits a telephone", inBrowser, async (t) => {
  const site = await openSite(t);
  const places = await everyPlace(site);
  const { page, settled } = await openPage(t, site.url, { expected: /404/ });
  /** What is wrong -> where. */
  const faults = new Map<string, string[]>();
  for (const { name, path } of places) {
    await page.goto(path);
    await settled();
    for (const violation of await violationsOn(page)) faults.set(violation, [...(faults.get(violation) ?? []), name]);
    await page.setViewportSize({ width: 360, height: 740 });
    await settled();
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (excess > 0) faults.set(`${name} is ${excess} px wider than 360`, []);
    await page.setViewportSize({ width: 1280, height: 900 });
  }
  assert.ok(faults.size === 0, [...faults].map(([fault, where]) => `${fault}\n  on ${where.join(", ")}`).join("\n\n"));
});
