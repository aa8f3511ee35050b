/**
 * `npm test`: all test files, eight to a process, two processes at a time. A process costs 2 s of processor time until its first
 * database is open [110 files: half of the suite's time]. `npm run test:long`: the page in a browser, in one process, and the files
 * named `*.long.test.ts`. Arguments name files instead: `npm test -- server/test/api/pages.test.ts`.
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

function bundle(name: string, files: readonly string[]): string {
  const made = path.join(bundles, `${name}.test.mjs`);
  const urls = files.map((file) => pathToFileURL(path.join(root, file)).href);
  writeFileSync(made, urls.map((url) => `import ${JSON.stringify(url)};\n`).join(""));
  return made;
}

function bundled(files: readonly string[]): string[] {
  const made: string[] = [];
  for (let at = 0; at < files.length; at += FILES_TOGETHER)
    made.push(bundle(String(made.length).padStart(2, "0"), files.slice(at, at + FILES_TOGETHER)));
  return made;
}

const [first, ...more] = process.argv.slice(2);
const isLong = first === "--long";
const named = isLong || first === undefined ? more : [first, ...more];
const inTests = (pattern: string) => globSync(`{server,sdk,web}/test/${pattern}`, { cwd: root }).sort();
const all = () => {
  const inBrowser = inTests("browser/*.test.ts");
  const long = inTests("**/*.long.test.ts");
  if (isLong) return [bundle("browser", inBrowser), ...bundled(long)];
  return bundled(inTests("**/*.test.ts").filter((file) => !inBrowser.includes(file) && !long.includes(file)));
};
// Newer than the types: https://nodejs.org/docs/latest-v24.x/api/test.html#runoptions
const setup = { globalSetupPath: path.join(root, "server/test/setup.ts") };
run({
  ...setup,
  files: named.length > 0 ? named.map((file) => path.resolve(file)) : all(),
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
