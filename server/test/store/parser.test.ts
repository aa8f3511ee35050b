/** PostgreSQL's parser is compiled once (docs/decisions/0011-parser-compiled-once.md). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "../cli/child.ts";
import { temporaryFolder } from "../store.ts";

test("no function of PGlite takes more than 100 MB to compile, however much is parsed", async () => {
  const program = fileURLToPath(new URL("parse-much.ts", import.meta.url));
  const { code, stdout, stderr } = await run([temporaryFolder()], {
    program,
    nodeArgs: ["--trace-wasm-compilation-times"],
  });
  assert.equal(code, 0, stderr);
  const compiled = [...stdout.matchAll(/using (TurboFan|Liftoff), took \d+ ms and (\d+)/g)];
  const optimised = compiled.filter(([, compiler]) => compiler === "TurboFan");
  assert.ok(optimised.length > 10, "functions that are used much are made faster");
  assert.deepEqual(
    compiled.filter(([, , bytes]) => Number(bytes) > 100e6).map(([line]) => line),
    [],
  );
});
