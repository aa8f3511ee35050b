/** Data as text: JSON, YAML, TOML, settings, tables and notebooks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { csv } from "../../src/ingest/extractors/csv.ts";
import { ini } from "../../src/ingest/extractors/ini.ts";
import { json } from "../../src/ingest/extractors/json.ts";
import { notebook } from "../../src/ingest/extractors/notebook.ts";
import { toml } from "../../src/ingest/extractors/toml.ts";
import { yaml } from "../../src/ingest/extractors/yaml.ts";
import { type Found, readWith } from "./reading.ts";

const told = ({ blocks }: Found) => blocks.map(({ text, place }) => [text, place.path ?? place.line]);
const codes = ({ warnings }: Found) => warnings.map(({ code }) => code);

test("JSON: records with paths, the shape, numbers as written; NaN is read, and what stands before a fault", async () => {
  const found = await readWith(
    json,
    `{"users": [{"name": "A \\u00e9\\n", "tags": ["x", "y"], "at": {"city": "B"}}, {"name": "C", "id": 12345678901234567890}], "n": NaN}`,
  );
  assert.deepEqual(told(found), [
    ["name: A é\n\ntags: x, y\nat.city: B", "users[0]"],
    ["name: C\nid: 12345678901234567890", "users[1]"],
    ["n: NaN", undefined],
  ]);
  const shape = found.facts["shape"] as { path: string; kinds: string[]; count: number }[];
  assert.deepEqual(
    shape.find(({ path }) => path === "users[].name"),
    { path: "users[].name", kinds: ["string"], count: 2 },
  );
  const cut = await readWith(json, '{"a": [1, 2, {"b": "left');
  assert.deepEqual([cut.text, codes(cut)], ["1, 2", ["part_unreadable"]]);
  await assert.rejects(readWith(json, "{hello: world}"), { code: "file.unreadable" });
  const noted = await readWith(json, '// why\n{"a": "//x", /* not\n *** this */ "b": {}, "c": [[], {}],}');
  assert.deepEqual([noted.text, codes(noted)], ["a: //x\nb: {}\nc[0]: []\nc[1]: {}", []]);
  await assert.rejects(readWith(json, "/ 1"), { code: "file.unreadable" });
  const deep = await readWith(json, `{"a": 1, "b": ${"[".repeat(100_000)}`);
  assert.deepEqual([deep.text, codes(deep)], ["a: 1", ["part_unreadable"]]);
  const lines = await readWith(json, '{"a": 1}\nbroken\n\n[2, 3]\n', { type: "ndjson" });
  assert.deepEqual(told(lines), [
    ["a: 1", 1],
    ["broken", 2],
    ["2, 3", 4],
  ]);
  assert.deepEqual([lines.facts["values"], lines.facts["broken_lines"]], [2, 1]);
});

test("YAML, TOML and settings: values with paths; what is no YAML stays text, and aliases that multiply are refused", async () => {
  const found = await readWith(yaml, "a: 1\nlist:\n  - name: x\n    size: 2\n---\nb: two\n");
  assert.deepEqual(told(found), [
    ["name: x\nsize: 2", "list[0]"],
    ["a: 1", undefined],
    ["b: two", undefined],
  ]);
  assert.equal(found.facts["documents"], 2);
  const bomb = [
    "a: &a [x, x]",
    ..."bcdefghij".split("").map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[at]}`)}]`),
  ];
  await assert.rejects(readWith(yaml, bomb.join("\n")), { code: "file.beyond_limits" });
  const broken = await readWith(yaml, "a: [1\nb: }");
  assert.deepEqual([codes(broken), broken.text.includes("a: [1")], [["part_unreadable"], true]);
  assert.deepEqual(told(await readWith(toml, 'x = 1\n[t]\nd = 2024-01-02\ns = "v"')), [
    ["x: 1\nt.d: 2024-01-02\nt.s: v", undefined],
  ]);
  assert.equal((await readWith(toml, "no toml")).text, "no toml");
  const settings = await readWith(ini, "; note\n[one]\na = 1\n");
  assert.deepEqual(
    settings.blocks.map(({ kind, text }) => [kind, text]),
    [
      ["note", "note"],
      ["heading", "one"],
      ["record", "a = 1"],
    ],
  );
});

test("tables: delimiter, header, kinds of columns, lines; cells over several lines, rows that are broken", async () => {
  const found = await readWith(csv, 'id;name;price;day\n1;"A; ""q""\nB";1,5;2024-01-02\n2;C;2,5;2024-01-03\n\n;;;\n');
  assert.deepEqual(told(found), [
    ["id\tname\tprice\tday", 1],
    ['1\tA; "q" B\t1,5\t2024-01-02', 2],
    ["2\tC\t2,5\t2024-01-03", 4],
  ]);
  const { delimiter, header, rows, columns } = found.facts;
  assert.deepEqual([delimiter, header, rows], ["semicolon", true, 2]);
  const kinds = (columns as { name: string; kind: string }[]).map(({ name, kind }) => [name, kind]);
  assert.deepEqual(kinds, [
    ["id", "integer"],
    ["name", "text"],
    ["price", "number"],
    ["day", "date"],
  ]);
  const ragged = await readWith(csv, 'a,b,c\n1,2\n"x, y",2,3\n"never closed,q\nlast,row,z\n');
  assert.deepEqual(told(ragged), [
    ["a\tb\tc", 1],
    ["1\t2", 2],
    ["x, y\t2\t3", 3],
    ["never closed\tq", 4],
    ["last\trow\tz", 5],
  ]);
  assert.deepEqual(codes(ragged), ["part_unreadable", "uneven_rows"]);
  for (const ending of ["\n", "\r\n", "\r"]) {
    const bare = ["a,b", "", "1,x y", "2,", "3,z"].join(ending);
    const quoted = bare.replace("x y", '"x y"');
    assert.deepEqual(told(await readWith(csv, bare)), told(await readWith(csv, quoted)), JSON.stringify(ending));
  }
  const long = await readWith(csv, `"${"open,\n".repeat(300_000)}`);
  assert.equal(long.blocks.length, 300_000, "a quote that is never closed does not hold the whole file");
});

test("notebooks: text, code and what it printed, by cell", async () => {
  const cells = [
    { cell_type: "markdown", source: ["# Title\n", "words"] },
    { cell_type: "code", source: "1+1", outputs: [{ data: { "text/plain": ["2"] } }, { ename: "E", evalue: "no" }] },
    7,
  ];
  const found = await readWith(
    notebook,
    JSON.stringify({ nbformat: 4, metadata: { kernelspec: { language: "python" } }, cells }),
  );
  assert.deepEqual(told(found), [
    ["Title", "cell 1"],
    ["words", "cell 1"],
    ["1+1", "cell 2"],
    ["2", "cell 2"],
    ["E: no", "cell 2"],
  ]);
  assert.deepEqual(
    [found.facts["language"], found.facts["code_cells"], codes(found)],
    ["python", 1, ["part_unreadable"]],
  );
  const old = [{ cell_type: "code", input: "x = 1", outputs: [{ text: "\u001b[31mred\u001b[0m" }] }];
  const before = await readWith(notebook, JSON.stringify({ nbformat: 3, worksheets: [{ cells: old }] }));
  assert.equal(before.text, "x = 1\nred");
  await assert.rejects(readWith(notebook, '{"cells": ['), { code: "file.unreadable" });
});
