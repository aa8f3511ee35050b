/** What is shown of files: events into rows, blocks into groups, chunks into their blocks, facts and places into words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Block, Place, ThreadEvent } from "@orchestratex/sdk/contract";
import { english } from "../src/i18n/en/index.ts";
import { fill, type Phrases } from "../src/i18n/phrases.ts";
import { cellsOf, groupAt, groupsOf, levelOf } from "../src/library/blocks.ts";
import { factsOf } from "../src/library/facts.ts";
import { isFiltered, readFilters, readQuery, withParams } from "../src/library/filters.ts";
import { foldFile, foldPages, isNews, shareOf } from "../src/library/fold.ts";
import { named } from "../src/library/gather.ts";
import { piecesOf } from "../src/library/highlight.ts";
import { blocksOf } from "../src/library/match.ts";
import { placeWords, timeOf, trailOf } from "../src/library/place.ts";
import { fileOf } from "./library-files.ts";

const { id } = fileOf();

const happened = (event_type: string, details: object): ThreadEvent =>
  ({ event_type, details: { file_id: id, ...details } }) as ThreadEvent;

const progress = (stage: string, done: number, total: number) =>
  happened("processing_progress", { stage, done, total, elapsed_ms: 1 });

test("a file goes forward through its stages; what comes late, or for another file, changes nothing", () => {
  const queued = fileOf({ status: "queued", searchable: false });
  const extracting = foldFile(queued, progress("extract", 3, 10));
  assert.deepEqual([extracting.status, extracting.stage, extracting.stage_total], ["processing", "extract", 10]);
  assert.equal(shareOf(extracting), 0.26);
  for (const late of [progress("detect", 1, 1), progress("extract", 2, 10), progress("dream", 1, 1)])
    assert.equal(foldFile(extracting, late), extracting);
  assert.equal(foldFile(extracting, happened("processing_progress", { file_id: "other" })), extracting);
  const embedding = foldFile(extracting, progress("embed", 0, 0));
  assert.deepEqual([embedding.searchable, embedding.stage_total, shareOf(embedding)], [true, null, 0.8]);
  for (const status of ["ready", "failed"] as const) {
    const ended = fileOf({ status });
    assert.equal(foldFile(ended, progress("embed", 1, 2)), ended);
  }
  const half = fileOf({ status: "uploading", received: 40 });
  assert.equal(foldFile(half, happened("upload_progress", { received: 60, size: 100 })).received, 60);
  assert.equal(foldFile(half, happened("upload_progress", { received: 30, size: 100 })), half);
  assert.deepEqual(
    [shareOf(half), shareOf(fileOf()), shareOf(fileOf({ size: 0, status: "uploading" }))],
    [0.4, null, 1],
  );
});

test("pages of a list keep all that an event does not tell of; what it does not tell is asked for", () => {
  const other = fileOf({ id: "other", name: "b" });
  const pages = {
    pages: [
      { items: [other], next_cursor: "x" },
      { items: [fileOf({ status: "queued" })], next_cursor: null },
    ],
    pageParams: [null, "x"],
  };
  const folded = foldPages(pages, progress("extract", 1, 2));
  assert.deepEqual([folded.pages[0], folded.pages[1]?.items[0]?.stage], [pages.pages[0], "extract"]);
  assert.equal(foldPages(pages, happened("upload_progress", { received: 1, size: 2 })), pages);
  assert.equal(isNews(progress("extract", 1, 2), fileOf({ status: "processing" })), false);
  assert.equal(isNews(progress("extract", 1, 2), fileOf({ status: "queued" })), true);
  assert.equal(isNews(progress("extract", 1, 2), undefined), true);
  assert.equal(isNews(happened("processing_finished", {}), fileOf({ status: "processing" })), true);
  assert.equal(isNews(happened("file_deleted", {}), fileOf({ status: "ready" })), true);
});

const block = (kind: Block["kind"], text: string, place: Place = {}): Block => ({ kind, text, place });

test("rows of a table and items of a list stand together, not over a page or a sheet; long ones in parts", () => {
  const rows = Array.from({ length: 45 }, (_, at) => block("table_row", `${at}\tx`, { page: 1 }));
  const groups = groupsOf([
    ...[block("heading", "A", { page: 1, heading: ["A"] }), ...rows, block("table_row", "y", { page: 2 })],
    ...[block("list_item", "1. a", { page: 2 }), block("list_item", "2. b", { page: 2 }), block("paragraph", "p")],
  ]);
  assert.deepEqual(
    groups.map(({ kind, from, blocks, starts }) => [kind, from, blocks.length, starts.page ?? null]),
    [
      ["heading", 0, 1, 1],
      ["table", 1, 40, null],
      ["table", 41, 5, null],
      ["table", 46, 1, 2],
      ["list", 47, 2, null],
      ["paragraph", 49, 1, null],
    ],
  );
  assert.deepEqual(
    [0, 1, 40, 41, 48, 49, 99].map((at) => groupAt(groups, at)),
    [0, 1, 1, 2, 4, 5, 5],
  );
  assert.equal(groupAt([], 3), 0);
  assert.deepEqual(cellsOf([block("table_row", "a\t\tb"), block("table_row", "c")]), [
    ["a", "", "b"],
    ["c", "", ""],
  ]);
  // In an archive it says which file begins, also where two begin with a sheet of the same name; elsewhere a path is one of a tree.
  const inside = (path: string, sheet?: string) => block("paragraph", "p", { path, ...(sheet && { sheet }) });
  const packed = [
    inside("a/b.xls", "One"),
    inside("a/b.xls", "One"),
    inside("c.xls", "One"),
    inside("d.xml/x"),
    inside("d.xml/y"),
  ];
  const startsOf = (paths: string[]) =>
    groupsOf(packed, new Set(paths)).map(({ starts }) => Object.values(starts).join());
  assert.deepEqual(startsOf(["a/b.xls", "c.xls", "d.xml"]), ["a/b.xls,One", "", "c.xls,One", "d.xml", ""]);
  assert.deepEqual(startsOf([]), ["One", "", "", "", ""]);
  assert.deepEqual(
    [[], ["a"], ["a", "b", "c", "d", "e"]].map((heading) => levelOf(block("heading", "", { heading }))),
    [1, 1, 4],
  );
});

test("a chunk finds its blocks by their words, and by its place where words come twice", () => {
  const long = "The reasons were many. ".repeat(60).trim();
  const blocks = [
    ...[block("heading", "Costs", { page: 1 }), block("paragraph", "They fell by a third.", { page: 1 })],
    ...[block("paragraph", "", { page: 1 }), block("table_row", "2020\t1000", { page: 1 })],
    ...[block("heading", "Costs", { page: 7 }), block("paragraph", "They fell by a third.", { page: 7 })],
    block("paragraph", `It begins here. ${long} And here it ends at last, as was expected.`, { page: 7 }),
  ];
  const find = (text: string, place: Place = {}) => blocksOf({ text, place }, blocks);
  assert.deepEqual(find("Costs\nThey fell by a third.\n2020\t1000"), { from: 0, to: 3 });
  assert.deepEqual(find("Costs\nThey fell  by a third.", { page: 7 }), { from: 4, to: 5 });
  assert.deepEqual(find("They fell by a third.\nIt begins here. The reasons were many.", { page: 7 }), {
    from: 5,
    to: 6,
  });
  assert.deepEqual(find("many. The reasons were many. And here it ends at last, as was expected."), { from: 6, to: 6 });
  assert.equal(find("Something else altogether, of which nobody has heard."), null);
  assert.equal(find("They fell by a third.", { page: 12 }), null);
  assert.equal(blocksOf({ text: "", place: {} }, blocks), null);
});

const t = (key: string, values = {}) => fill((english as Phrases)[key] ?? key, values, "en");
const word = (area: string, name: string) => t(`${area}.${name}`);

test("a place in words, from the coarse to the fine", () => {
  const words = (place: Place) => placeWords(place, { t, word } as Parameters<typeof placeWords>[1]);
  assert.deepEqual(words({ sheet: "Q1", cells: "B2:D9", part: "comment" }), ["sheet Q1", "B2:D9", "comment"]);
  assert.deepEqual(words({ page: 3, line: 4, line_end: 4 }), ["page 3", "line 4"]);
  assert.deepEqual(words({ symbol: "main", line: 4, line_end: 9 }), ["main", "lines 4 to 9"]);
  assert.deepEqual(words({ time_s: 3_723.9 }), ["1:02:03"]);
  assert.deepEqual([timeOf(0), timeOf(59.9), timeOf(600)], ["0:00", "0:59", "10:00"]);
  assert.equal(trailOf({ heading: ["A", " ", "B"] }), "A › B");
});

test("facts keep what they are: sizes, times, flags, tables; what is empty is left out, what is deep is cut", () => {
  const facts = factsOf({
    ...{ title: "<b>T</b>", size: 2_048, duration_s: 3.5, encrypted: false, created_at: "2026-01-02T10:00:00Z" },
    ...{ empty: "", nothing: null, none: [], taken: "2026-01-02T10:00:00.5+04:00", link: "https://example.org/a" },
    ...{
      bad_link: "javascript:alert(1)",
      tags: ["a", 2],
      places: ["a, b", "c"],
      language: "de",
      code: { language: "c sharp" },
      exif: { gps: { latitude: 1.5 } },
    },
    entries: [
      { name: "a", size: 1 },
      { name: "b", verdict: { code: "x" } },
    ],
    deep: { a: { b: { c: { d: { e: 1 } } } } },
  });
  const kinds = Object.fromEntries(facts.map(({ name, fact }) => [name, fact.kind]));
  assert.deepEqual(kinds, {
    ...{ title: "text", size: "bytes", duration_s: "seconds", encrypted: "flag", created_at: "moment" },
    ...{
      taken: "moment",
      link: "link",
      bad_link: "text",
      tags: "text",
      places: "many",
      exif: "facts",
      entries: "table",
    },
    ...{ deep: "facts", language: "language", code: "facts" },
  });
  const entries = facts.find(({ name }) => name === "entries")?.fact;
  assert.ok(entries?.kind === "table");
  assert.deepEqual(entries.columns, ["name", "size", "verdict"]);
  assert.deepEqual(entries.rows[1], [{ kind: "text", text: "b" }, null, { kind: "text", text: "code x" }]);
  assert.match(JSON.stringify(facts.find(({ name }) => name === "deep")), /\{\\"e\\":1\}/);
});

test("words of a query are marked as they stand; signs of patterns are only signs", () => {
  const marked = (text: string, query: string) =>
    piecesOf(text, query).flatMap(({ text: piece, hit }) => (hit ? [piece] : []));
  assert.deepEqual(marked("Costs (of) c++ costs", "costs c++ (of ("), ["Costs", "costs"]);
  assert.deepEqual(marked("東京タワー", "京"), ["京"]);
  assert.deepEqual(marked("for a platform, forms", "for"), ["for", "for"]);
  assert.deepEqual(marked("a to b", "a to b .*"), []);
  assert.equal(
    piecesOf("abc abd", "abc")
      .map(({ text }) => text)
      .join(""),
    "abc abd",
  );
  assert.deepEqual(
    piecesOf("x costs", "costs").map(({ at }) => at),
    [0, 2],
  );
});

test("filters of the address: unknown words are none; a change keeps the rest", () => {
  const params = new URLSearchParams("q=%20tax%20&status=ready&type=nonsense&find=why");
  assert.deepEqual(readFilters(params), { q: "tax", status: "ready", type: undefined });
  assert.equal(readQuery(params), "why");
  assert.equal(withParams(params, { q: "", type: "pdf" }).toString(), "status=ready&type=pdf&find=why");
  assert.deepEqual([isFiltered(readFilters(new URLSearchParams())), isFiltered(readFilters(params))], [false, true]);
});

test("pictures out of the clipboard get a name of their own", () => {
  const now = new Date("2026-11-21T10:11:12Z");
  assert.equal(named(new File(["x"], "image.png", { type: "image/png" }), now).name, "image 2026-11-21 10.11.12.png");
  const own = new File(["x"], "mine.png");
  assert.equal(named(own, now), own);
});
