/**
 * `npm test`: all test files, eight to a process, two processes at a time. A process costs 2 s of processor time until its first
 * database is open [110 files: half of the suite's time]. Arguments name files instead: `npm test -- server/test/api/pages.test.ts`.
 */
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath, pathToFileURL } from "node:url";

const FILES_TOGETHER = 8;

const root = fileURLToPath(new URL("../../", import.meta.url));
const bundles = mkdtempSync(path.join(tmpdir(), "orchestratex-suite-"));
process.once("exit", () => rmSync(bundles, { recursive: true, force: true }));

function bundled(files: readonly string[]): string[] {
  const made: string[] = [];
  for (let at = 0; at < files.length; at += FILES_TOGETHER) {
    const bundle = path.join(bundles, `${String(made.length).padStart(2, "0")}.test.mjs`);
    const urls = files.slice(at, at + FILES_TOGETHER).map((file) => pathToFileURL(path.join(root, file)).href);
    writeFileSync(bundle, urls.map((url) => `import ${JSON.stringify(url)};\n`).join(""));
    made.push(bundle);
  }
  return made;
}

const named = process.argv.slice(2);
const all = globSync(["server/test/**/*.test.ts", "sdk/test/**/*.test.ts"], { cwd: root }).sort();
// Newer than the types: https://nodejs.org/docs/latest-v24.x/api/test.html#runoptions
const setup = { globalSetupPath: path.join(root, "server/test/setup.ts") };
run({
  ...setup,
  files: named.length > 0 ? named.map((file) => path.resolve(file)) : bundled(all),
  concurrency: 2,
  cwd: root,
  // Node waits at its end for what sockets still have to write, also to those that never read.
  forceExit: true,
})
  .on("test:fail", () => {
    process.exitCode = 1;
  })
  .compose(spec)
  .pipe(process.stdout);
