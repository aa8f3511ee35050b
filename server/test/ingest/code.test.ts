/** Source code: definitions with their lines, imports, comments. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { code } from "../../src/ingest/extractors/code.ts";
import { type Found, readWith } from "./reading.ts";

const outline = ({ facts }: Found) =>
  (facts["definitions"] as { kind: string; symbol: string; line: number; line_end: number }[]).map(
    ({ kind, symbol, line, line_end }) => [kind, symbol, line, line_end],
  );

test("definitions, imports and comments by the grammar of the language", async () => {
  const python =
    'import os\nfrom a.b import c\n\nclass A(B):\n    """Says it. More."""\n    # above\n    def f(self):\n        return 1\n\ndef top():\n    pass\n';
  const found = await readWith(code, python, { name: "a.py" });
  assert.deepEqual(outline(found), [
    ["class", "A", 4, 8],
    ["function", "A.f", 7, 8],
    ["function", "top", 10, 11],
  ]);
  const { language, imports, lines } = found.facts;
  assert.deepEqual([language, imports, lines], ["python", ["os", "a.b"], 11]);
  assert.equal((found.facts["definitions"] as { says?: string }[])[0]?.says, "Says it.");
  assert.deepEqual(
    found.blocks.map(({ place }) => [place.symbol, place.line, place.line_end]),
    [
      [undefined, 1, 3],
      ["A", 4, 5],
      ["A.f", 6, 8],
      ["top", 10, 11],
    ],
  );
  const ts = "import x from 'y';\n/** Adds. */\nexport const add = (a: number) => a;\ninterface I { z: 1 }\n";
  assert.deepEqual(outline(await readWith(code, ts, { name: "a.ts" })), [
    ["function", "add", 3, 3],
    ["interface", "I", 4, 4],
  ]);
  const c = "#include <stdio.h>\n/* Adds. */\nint add(int a) { return a; }\n";
  const inC = await readWith(code, c, { name: "a.c" });
  assert.deepEqual([outline(inC), inC.facts["imports"]], [[["function", "add", 3, 3]], ["stdio.h"]]);
});

test("without a grammar, broken, or without end, code is text with lines", async () => {
  const kotlin = await readWith(code, "fun x() = 1\n", { name: "a.kt" });
  assert.deepEqual([kotlin.text, kotlin.facts["language"], kotlin.facts["lines"]], ["fun x() = 1", "kotlin", 1]);
  const shebang = await readWith(code, "#!/bin/sh\necho\n", { name: "run" });
  assert.equal(shebang.facts["language"], "shell");
  const broken = await readWith(code, "function f( {\n".repeat(50), { name: "a.js" });
  assert.equal(broken.facts["syntax_errors"], true);
  const long = await readWith(code, "let a = 1;\n".repeat(250_000), { name: "a.js" });
  assert.equal(long.facts["lines"], 250_000);
  assert.equal(long.blocks.at(-1)?.place.line_end, 250_000);
});
