/** `orchestratex upload` and `files` against the real server: folders, what goes wrong in them, Ctrl-C and going on. */
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { StoredFile } from "@orchestratex/sdk/contract";
import { filesAt } from "../../src/cli/upload-paths.ts";
import { openTestApp, type TestApp } from "../app.ts";
import { temporaryFolder } from "../store.ts";
import { run, start } from "./child.ts";

test("files from the command line", async (t) => {
  const app = await openTestApp(t, { UPLOAD_DIR: temporaryFolder(), MAX_FILE_SIZE: "20MB" });
  const url = await app.listen();
  await t.test("they are listed, shown, found, read again, and deleted", () => lookedAt(url));
  await t.test("what is in a folder is uploaded, and what cannot be is told by name", () => uploaded(url));
  await t.test("after a cut line it goes on, and after Ctrl-C with the same command", (t) => goesOn(t, app, url));
});

const MINUTES = "# Harbour\n\nThe cranes were painted green in March.\n";

/** Nine entries: four files that can be read, one that cannot, and what is no file. */
function folder(): string {
  const at = temporaryFolder();
  mkdirSync(join(at, "notes"));
  writeFileSync(join(at, "notes", "minutes.md"), MINUTES);
  writeFileSync(join(at, "copy.md"), MINUTES);
  writeFileSync(join(at, "empty"), "");
  writeFileSync(join(at, "esc\u001b[31m\nname 日本.txt"), "x");
  writeFileSync(join(at, "broken.pdf"), "%PDF-1.7 and nothing more");
  writeFileSync(join(at, ".hidden"), "not asked for");
  writeFileSync(join(at, "Caf\u00e9"), "y");
  symlinkSync(join(at, "copy.md"), join(at, "link.md"));
  symlinkSync("nowhere", join(at, "dead"));
  symlinkSync("..", join(at, "up"));
  return at;
}

test("a path that leads to no file is refused before anything is sent; hidden files are taken when asked for", async () => {
  const at = folder();
  await assert.rejects(filesAt(["/nowhere"], false), /^UsageError: \/nowhere cannot be read: there is no such file$/);
  await assert.rejects(filesAt(["/dev/null"], false), /is no file and no folder/);
  assert.deepEqual(await filesAt([temporaryFolder()], false), { files: [], left: [], hidden: 0 });
  const found = await filesAt([at, join(at, "copy.md")], true);
  assert.deepEqual([found.files.length, found.files.includes(join(at, ".hidden")), found.hidden], [8, true, 0]);
});

const lines = (text: string): Record<string, unknown>[] =>
  text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));

async function uploaded(url: string) {
  const at = folder();
  const first = await run(["upload", "--at-once", "1", at], { url });
  assert.equal(first.code, 4, first.stderr);
  assert.match(first.stdout, /^✓ copy\.md {2}md · 51 B · 1 chunk · [\d.]+ m?s {2}[0-9a-f-]{36}$/m);
  assert.match(first.stdout, /^✓ minutes\.md .* you had it already, as copy\.md/m);
  assert.match(first.stdout, /^✓ empty {2}unknown · 0 B .*\n {2}The file is empty$/m);
  assert.match(first.stdout, /^✓ esc␛\[31m name 日本\.txt /m);
  assert.match(first.stdout, /^! broken\.pdf: .*\n {2}Open it where it was made, save it anew, and upload that\.\n/m);
  assert.match(first.stdout, /dead: the link leads nowhere\n.*up: links to folders are not followed\n/);
  assert.ok(!first.stdout.includes("hidden") && !first.stdout.includes("\u001b"));
  assert.equal(first.stderr, "6 files uploaded (2 had been there), 2 failed.\n");

  writeFileSync(join(at, "large"), Buffer.alloc(21 * 2 ** 20));
  const again = await run(["upload", "--json", at, join(at, "copy.md")], { url });
  const told = lines(again.stdout);
  const ready = told.filter(({ status }) => status === "ready");
  assert.deepEqual([ready.length, ready.every(({ duplicate }) => duplicate === true)], [6, true], again.stdout);
  assert.deepEqual(
    told
      .filter(({ status }) => status !== "ready")
      .map(({ name, status }) => `${name} ${status}`)
      .sort(),
    ["broken.pdf failed", "dead failed", "large failed", "up skipped"],
  );
  assert.equal(told.find(({ name }) => name === "broken.pdf")?.["path"], join(at, "broken.pdf"));

  assert.match(JSON.stringify(told), /It has 22\.0 MB, and here a file may have 21\.0 MB at most/);
  assert.equal((await run(["upload", at], { url: "http://127.0.0.1:1" })).code, 3);
}

async function lookedAt(url: string) {
  const at = folder();
  const files = async (...args: string[]) => {
    const ended = await run(["files", ...args], { url });
    assert.equal(ended.code, 0, ended.stderr);
    return ended.stdout;
  };
  await run(["upload", "--no-wait", join(at, "broken.pdf")], { url });
  const uploaded = await run(["upload", "--json", join(at, "copy.md")], { url });
  const { id } = StoredFile.parse(lines(uploaded.stdout)[0]);
  assert.match(
    await files("list", "-n", "1"),
    new RegExp(`^FILE +STATE .*\\n${id} {2}ready +md +51 B +1 +copy\\.md\\nThe newest 1; --limit`),
  );
  const page = await files("show", id);
  assert.match(page, /^── copy\.md ─+\n {2}id +0.*\n {2}state +ready\n {2}type +md, .*utf-8/);
  assert.match(page, /took +detect .*, extract .*, chunk .*, store .*, embed /);
  assert.match(page, /\n {2}outline:\n {4}Harbour, level 1\n/);
  assert.equal(await files("show", id, "--text"), "Harbour\nThe cranes were painted green in March.\n");
  assert.match(await files("show", id, "--chunks"), /^--- Harbour, line 1\nHarbour\n\nThe cranes/);

  assert.match(
    await files("search", "green", "cranes"),
    /^0\.\d{3} {4}copy\.md {2}Harbour, line 1\n +Harbour\n +The cranes .*\nby lexical \(/,
  );
  const [broken] = JSON.parse(await files("list", "--status", "failed", "--json")).items;
  assert.match(await files("show", broken.id), /\n {2}! It is not a PDF[^.]*\. Open it where it was made/);
  assert.equal(await files("retry", broken.id), "broken.pdf is read again.\n");
  const gone = await run(["files", "delete", id, id, broken.id], { url });
  assert.equal(gone.code, 2);
  assert.match(gone.stdout, new RegExp(`^copy\\.md is deleted\\.\n${id}: There is no file.*\nbroken\\.pdf is deleted`));
  assert.equal(await files("list"), "There are no such files.\n");
}

/** Before the server: notes which chunks pass, cuts the first try of the first one, and never lets the second through the first time. */
async function openRelay(t: TestContext, target: string) {
  const chunks: string[] = [];
  const held = Promise.withResolvers<void>();
  const relay = createServer((asked, reply) => {
    const index = /\/upload\?index=(\d+)/.exec(asked.url ?? "")?.[1];
    if (index !== undefined) chunks.push(index);
    if (chunks.length === 1 && index === "0") return void asked.socket.destroy();
    if (index === "1" && chunks.filter((one) => one === "1").length === 1) return void held.resolve();
    const { method, headers, url = "" } = asked;
    const passed = request(target + url, { ...(method && { method }), headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(reply);
    });
    asked.pipe(passed);
  });
  await new Promise<void>((listening) => relay.listen(0, "127.0.0.1", listening));
  t.after(() => {
    relay.closeAllConnections();
    relay.close();
  });
  return { url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`, chunks, held: held.promise };
}

async function goesOn(t: TestContext, app: TestApp, url: string) {
  const relay = await openRelay(t, url);
  const file = join(temporaryFolder(), "two chunks.txt");
  writeFileSync(file, "The tide is low. ".repeat(500_000));
  const broken = start(["upload", file], { url: relay.url });
  await relay.held;
  broken.child.kill("SIGINT");
  const left = await broken.end();
  assert.deepEqual([left.code, left.stdout], [130, ""]);
  assert.match(left.stderr, /^Broken off\. The same command goes on where it was/);
  const list = async () => (await app.send("GET", "/api/files/?q=chunks")).body["items"] as StoredFile[];
  assert.deepEqual(
    (await list()).map(({ status, received }) => [status, received]),
    [["uploading", 8 * 2 ** 20]],
  );
  const done = await run(["upload", "--no-wait", file], { url: relay.url });
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /^✓ two chunks\.txt {2}.*8\.5 MB/);
  assert.deepEqual(relay.chunks, ["0", "0", "1", "1"]);
  assert.equal((await list()).length, 1);
}
