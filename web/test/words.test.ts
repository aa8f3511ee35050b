/** The catalogues of the page hold the same phrases, and numbers are written as a language writes them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { german } from "../src/i18n/de/index.ts";
import { english } from "../src/i18n/en/index.ts";
import * as format from "../src/i18n/format.ts";
import { fill, type Phrase, type Phrases } from "../src/i18n/phrases.ts";

const en: Phrases = english;
const de: Phrases = german;

const formsOf = (phrase: Phrase | undefined): string[] =>
  phrase === undefined ? [] : typeof phrase === "string" ? [phrase] : [phrase.one, phrase.other];

const placesIn = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();

test("both languages have the same phrases, none empty, each with the same places", () => {
  assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
  for (const [key, phrase] of Object.entries(en)) {
    const [ours, theirs] = [formsOf(phrase), formsOf(de[key])];
    assert.equal(theirs.length, ours.length, `${key}: one has a plural, the other none`);
    for (const text of [...ours, ...theirs]) assert.ok(text.trim() !== "", key);
    // The singular may leave the number out.
    assert.deepEqual(placesIn(theirs.at(-1) ?? ""), placesIn(ours.at(-1) ?? ""), key);
    const known = new Set(placesIn(ours.at(-1) ?? ""));
    for (const text of [ours[0] ?? "", theirs[0] ?? ""])
      for (const place of placesIn(text)) assert.ok(known.has(place));
  }
});

test("no place is opened and not closed, and nothing speaks informally to Germans", () => {
  for (const [key, phrase] of [...Object.entries(en), ...Object.entries(de)])
    for (const text of formsOf(phrase)) assert.ok(!/[{}]/.test(text.replaceAll(/\{\w+\}/g, "")), `${key}: ${text}`);
  const informal = /\b(?:[Dd]u|[Dd]ein\w*|[Dd]ich|[Dd]ir)\b/;
  assert.deepEqual(
    Object.entries(de).filter(([, phrase]) => formsOf(phrase).some((text) => informal.test(text))),
    [],
  );
});

test("places are filled, numbers as the language writes them; what has no value stays to be seen", () => {
  const phrase = { one: "{count} critic", other: "{count} critics of {all}" };
  assert.equal(fill(phrase, { count: 1 }, "en"), "1 critic");
  assert.equal(fill(phrase, { count: 1_234, all: "$&" }, "de"), "1.234 critics of $&");
  assert.equal(fill(phrase, { count: 0, all: 2 }, "en"), "0 critics of 2");
  assert.equal(fill("{a}{a}{b}", { a: "<b>" }, "en"), "<b><b>{b}");
});

/** Spaces that do not break are spaces here. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

test("money shows two digits that say something, whatever its size", () => {
  const cases: [dollars: number, en: string, de: string][] = [
    [0, "$0.00", "0,00 $"],
    [12.4, "$12.40", "12,40 $"],
    [1_234.5, "$1,234.50", "1.234,50 $"],
    [0.031, "$0.031", "0,031 $"],
    [0.99, "$0.990", "0,990 $"],
    [0.0024_63, "$0.0025", "0,0025 $"],
    [0.000_000_13, "$0.00000013", "0,00000013 $"],
    [-0.5, "-$0.500", "-0,500 $"],
  ];
  for (const [dollars, inEnglish, inGerman] of cases)
    assert.deepEqual([plain(format.money(dollars, "en")), plain(format.money(dollars, "de"))], [inEnglish, inGerman]);
  assert.equal(plain(format.perMillion(0.000_002_5, "en")), "$2.50");
  assert.equal(plain(format.perMillion(0.000_000_075, "de")), "0,075 $");
});

test("times go from milliseconds to minutes without steps that lie", () => {
  const cases: [ms: number, text: string][] = [
    [0, "0 ms"],
    [999.4, "999 ms"],
    [999.6, "1.0 sec"],
    [8_449, "8.4 sec"],
    [9_950, "10 sec"],
    [59_499, "59 sec"],
    [59_500, "1 min"],
    [125_000, "2 min 5 sec"],
    [599_600, "10 min"],
    [3_725_000, "62 min"],
  ];
  for (const [ms, text] of cases) assert.equal(plain(format.duration(ms, "en")), text);
  assert.equal(plain(format.duration(8_449, "de")), "8,4 Sek.");
});

test("how long ago something was, in words; a clock that is ahead shows nothing of the future", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  const ago = (before: number, locale = "en") => format.ago(new Date(now - before * 1_000).toISOString(), now, locale);
  assert.deepEqual([ago(-5), ago(0), ago(59), ago(61)], ["now", "now", "59 seconds ago", "1 minute ago"]);
  assert.deepEqual(
    [ago(3_600), ago(86_400), ago(86_400 * 40), ago(86_400 * 800)],
    ["1 hour ago", "yesterday", "last month", "2 years ago"],
  );
  assert.equal(ago(180, "de"), "vor 3 Minuten");
});

test("scores, gains, shares, counts, lists and moments", () => {
  assert.deepEqual([format.score(8.68, "en"), format.score(10, "de")], ["8.7", "10,0"]);
  assert.deepEqual(
    [1.15, -0.05, 0].map((points) => format.gain(points, "en")),
    ["+1.15", "-0.05", "0.0"],
  );
  assert.equal(plain(format.percent(0.374, "de")), "37 %");
  assert.deepEqual([format.count(12_345, "en"), format.count(1_234_567, "en")], ["12,345", "1.2M"]);
  assert.equal(format.list(["a", "b", "c"], "de"), "a, b und c");
  assert.match(format.moment("2026-11-21T12:00:00Z", "en"), /Nov 2[012], 2026/);
  assert.match(format.clock("2026-11-21T12:00:05Z", "de"), /^\d\d:\d\d:05$/);
});
