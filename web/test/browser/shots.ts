/**
 * A picture of every page, in both themes, both languages, wide and narrow: `npm run shots`, or `npm run shots -- FOLDER`, by default
 * into `tmp/shots`. What axe finds wrong on the way is told, and makes it fail.
 */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { violationsOn } from "./axe.ts";
import { inBrowser, openPage, type PageOptions } from "./browser.ts";
import { everyPlace } from "./places.ts";
import { openSite } from "./site.ts";

const folder = path.resolve(process.argv[2] ?? fileURLToPath(new URL("../../../tmp/shots", import.meta.url)));

const looks = ["en", "de"].flatMap((language) =>
  [false, true].flatMap((dark) => [1280, 390].map((width) => ({ language, dark, width }))),
);

for (const { language, dark, width } of looks) {
  const look = `${language} ${dark ? "dark" : "light"} ${width}`;
  test(look, { ...inBrowser, timeout: 300_000 }, async (t) => {
    mkdirSync(folder, { recursive: true });
    const site = await openSite(t);
    const places = await everyPlace(site);
    const options: PageOptions = { dark, width, locale: language, expected: /404/ };
    const { page, settled } = await openPage(t, site.url, options);
    const faults: string[] = [];
    for (const { name, path: address } of places) {
      await page.goto(address);
      await settled();
      await page.screenshot({ path: path.join(folder, `${name} ${look}.png`), fullPage: true });
      for (const violation of await violationsOn(page)) faults.push(`${name}: ${violation}`);
    }
    assert.ok(faults.length === 0, faults.join("\n\n"));
  });
}
