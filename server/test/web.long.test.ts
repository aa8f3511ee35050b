/** The web app is built when its sources are newer, by a process of its own; what fails is told, and stops nothing else. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { pino } from "pino";
import { NoSite } from "../src/api/site.ts";
import { openWeb, type WebOptions } from "../src/app/web.ts";
import { fingerprintOf } from "../src/app/web-sources.ts";
import { temporaryFolder } from "./store.ts";

const workspace = fileURLToPath(new URL("../../", import.meta.url));
const place = temporaryFolder();

/** A workspace with a page, and a builder that writes what the page says, or fails with it. */
function openWorkspace(): string {
  const root = mkdtempSync(path.join(place, "workspace-"));
  for (const folder of ["web/src/parts", "web/public", "sdk/src"])
    mkdirSync(path.join(root, folder), { recursive: true });
  const files = { "web/index.html": "<p>one</p>", "web/public/theme.js": "dark()", "package-lock.json": "{}" };
  for (const [name, text] of Object.entries({ ...files, "web/src/parts/a.tsx": "1", "sdk/src/client.ts": "2" }))
    writeFileSync(path.join(root, name), text);
  const sources = path.join(workspace, "server/src/app/web-sources.ts");
  writeFileSync(
    path.join(root, "web/build.ts"),
    `import { fingerprintOf } from ${JSON.stringify(sources)};
    import fs from "node:fs";
    const page = fs.readFileSync("web/index.html", "utf8");
    if (page.startsWith("!")) throw new Error(page.slice(1));
    if (page.includes("meanwhile")) fs.appendFileSync("web/public/theme.js", ";");
    const folder = process.argv[2] + "/" + fingerprintOf(process.cwd());
    fs.mkdirSync(folder + "/assets", { recursive: true });
    fs.writeFileSync(folder + "/index.html", page);
    fs.writeFileSync(folder + "/assets/index-a1b2c3d4.js", "x");
    fs.appendFileSync("built", "x");
    console.log("by the way\\n" + folder);`,
  );
  return root;
}

function open(t: TestContext, root: string, more: Partial<WebOptions> = {}) {
  const lines: { level: number; remedy?: string; output?: string }[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const stopping = new AbortController();
  t.after(() => stopping.abort());
  const web = openWeb({ root, development: true, log, stopping: stopping.signal, ...more });
  const write = (name: string, text: string) => writeFileSync(path.join(root, name), text);
  const page = async () => String((await web.site({ fresh: true })).get("index.html")?.body);
  const builds = () =>
    existsSync(path.join(root, "built")) ? readFileSync(path.join(root, "built"), "utf8").length : 0;
  return { web, lines, write, page, builds };
}

test("the fingerprint goes by names and contents, not by times, and by nothing else in the folder", () => {
  const root = openWorkspace();
  const before = fingerprintOf(root);
  assert.match(before, /^[0-9a-f]{16}$/);
  utimesSync(path.join(root, "web/src/parts/a.tsx"), 1, 1);
  for (const name of ["web/notes.md", "web/dist", "README.md"]) writeFileSync(path.join(root, name), "x");
  assert.equal(fingerprintOf(root), before);
  const seen = new Set([before]);
  for (const name of [
    "web/src/parts/a.tsx",
    "web/src/parts/b.tsx",
    "web/public/theme.js",
    "sdk/src/client.ts",
    "package-lock.json",
    "web/index.html",
  ]) {
    writeFileSync(path.join(root, name), "other");
    seen.add(fingerprintOf(root));
  }
  assert.equal(seen.size, 7);
});

test("in development what has changed is built when the page is loaded; several loads are one build", async (t) => {
  const root = openWorkspace();
  const { web, write, page, builds, lines } = open(t, root);
  assert.deepEqual(web.rootFiles, ["theme.js"]);
  assert.deepEqual(await Promise.all([page(), page(), page()]), ["<p>one</p>", "<p>one</p>", "<p>one</p>"]);
  write("web/index.html", "<p>two</p>");
  assert.equal(String((await web.site()).get("index.html")?.body), "<p>one</p>", "a file of the page that is loaded");
  assert.deepEqual(await Promise.all([page(), page()]), ["<p>two</p>", "<p>two</p>"]);
  assert.equal(builds(), 2);
  const script = (await web.site()).get("assets/index-a1b2c3d4.js");
  assert.deepEqual([script?.hashed, script?.type], [true, "text/javascript; charset=utf-8"]);
  const again = open(t, root, { development: false });
  assert.equal(await again.page(), "<p>two</p>");
  again.write("web/index.html", "<p>three</p>");
  assert.equal(await again.page(), "<p>two</p>", "otherwise it is looked at when the server starts");
  assert.deepEqual([builds(), lines.map(({ level }) => level), again.lines], [2, [30, 30], []]);
});

test("a build that fails is told once in the log, with what to do; mended, it is built", async (t) => {
  const root = openWorkspace();
  const fails = (words: string) => writeFileSync(path.join(root, "web/index.html"), `!${words}`);
  const cases: [words: string, remedy: RegExp][] = [
    ["Cannot find package 'vite' imported from build.ts", /npm ci.*load this page again/],
    ['Rolldown failed to resolve import "react" from main.tsx', /npm ci/],
    ["EROFS: read-only file system, mkdir", /cannot be written/],
    ["Unexpected token", /Mend what it names/],
  ];
  for (const [words, remedy] of cases) {
    fails(words);
    const { page, lines } = open(t, root, { patienceMs: 20_000 });
    await assert.rejects(page(), (error: unknown) => {
      assert.ok(error instanceof NoSite && error.output.includes(words), String(error));
      assert.match(error.remedy, remedy);
      return true;
    });
    assert.deepEqual(
      lines.map(({ level, remedy: told }) => [level, remedy.test(told ?? "")]),
      [[50, true]],
    );
  }
  const { page, write } = open(t, root);
  await assert.rejects(page(), NoSite);
  write("web/index.html", "<p>mended</p>");
  assert.equal(await page(), "<p>mended</p>");
  write("web/index.html", "<p>meanwhile another file changes</p>");
  assert.equal(await page(), "<p>meanwhile another file changes</p>");
  const impatient = open(t, openWorkspace(), { patienceMs: 0 });
  await assert.rejects(impatient.page(), /still being built/);
});

const builder = (dist: string) =>
  spawn(process.execPath, [path.join(workspace, "web/build.ts"), dist], { stdio: "inherit" });

test("two processes that build the app at once leave one whole folder, and nothing of what was before", {
  timeout: 120_000,
}, async () => {
  const dist = mkdtempSync(path.join(place, "dist-"));
  for (const old of ["0123456789abcdef", "0123456789abcdef.making-999999999", "mine"])
    cpSync(openWorkspace(), path.join(dist, old), { recursive: true });
  const ends = await Promise.all([builder(dist), builder(dist)].map((child) => once(child, "close")));
  assert.deepEqual(
    ends.map(([code]) => code),
    [0, 0],
  );
  assert.deepEqual(readdirSync(dist).sort(), [fingerprintOf(workspace), "mine"].sort());
  const folder = path.join(dist, fingerprintOf(workspace));
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const page = readFileSync(path.join(folder, "index.html"), "utf8");
  const links = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, link]) => link ?? "");
  assert.ok(
    links.some((link) => /^assets\/.+-[\w-]{8}\.js$/.test(link)),
    page,
  );
  for (const link of links) assert.ok(names.includes(path.normalize(link)), link);
  assert.ok(
    !/<script>|<style>| style=| on\w+=|https?:\/\//.test(page),
    "nothing inline that the policy forbids, nothing from elsewhere",
  );
  for (const name of names.filter((one) => /^assets.*\.js$/.test(one))) {
    const plain = readFileSync(path.join(folder, name));
    assert.equal(names.includes(`${name}.br`), plain.length > 1_024, name);
    if (plain.length <= 1_024) continue;
    const [br, gz] = [".br", ".gz"].map((ending) => readFileSync(path.join(folder, name + ending)));
    assert.deepEqual([brotliDecompressSync(br ?? ""), gunzipSync(gz ?? "")], [plain, plain]);
  }
  assert.ok(!names.some((name) => name.endsWith(".map")));
});
