import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs, { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { AppError } from "../../src/errors.ts";
import { clusterFile } from "../../src/store/cluster.ts";
import { copyImage } from "../../src/store/image.ts";
import { lockFolder } from "../../src/store/lock.ts";
import { openPglite } from "../../src/store/pglite.ts";
import { embeddedOnly, temporaryFolder, testImage } from "../store.ts";

const migratedFolder = async () => {
  const folder = temporaryFolder();
  copyImage(await testImage(), folder);
  return folder;
};

/** Starts `child.ts`; `said(n)` resolves once it has said so many lines. */
const startChild = (folder: string, nodeOptions: string[] = []) => {
  const script = fileURLToPath(new URL("child.ts", import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions, script, folder], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  const said = async (count: number) => {
    while (lines.length < count) await once(reader, "line");
  };
  return { child, lines, reader, said };
};

const ended = async (child: ChildProcess) => {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
};

const assertKept = async (folder: string, users: string[]) => {
  const database = await openPglite({ dataDir: folder });
  const rows = await database.sql.selectFrom("users").select("id").execute();
  const found = new Set(rows.map(({ id }) => id));
  for (const user of users) assert.ok(found.has(user), `${user} was acknowledged and is lost`);
  await database.close();
};

const isLocked = (naming: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError);
  assert.equal(error.code, "store.locked");
  assert.match(error.message, naming);
  return true;
};

test(
  "a second process is refused by name of the first; once that was killed it takes over, and finds all that was committed",
  embeddedOnly,
  async () => {
    const folder = await migratedFolder();
    const { child, lines, reader, said } = startChild(folder);
    await said(1);
    const byName = new RegExp(`process ${child.pid} since .*ORCHESTRATEX_DATA`);
    await assert.rejects(openPglite({ dataDir: folder }), isLocked(byName));
    await said(50);
    child.kill("SIGKILL");
    await ended(child);
    reader.close();
    await assertKept(folder, lines.slice(1));
  },
);

test("one process opens a folder once; after close, again", embeddedOnly, async () => {
  const folder = await migratedFolder();
  const first = await openPglite({ dataDir: folder });
  await assert.rejects(openPglite({ dataDir: folder }), isLocked(new RegExp(`process ${process.pid}`)));
  await assert.rejects(openPglite({ dataDir: path.join(folder, "..", path.basename(folder)) }), isLocked(/in use/));
  await first.close();
  const second = await openPglite({ dataDir: folder });
  await second.close();
});

test("a lock is free again after release, and leaves no holder's name", embeddedOnly, () => {
  const folder = temporaryFolder();
  const lock = lockFolder(folder);
  assert.throws(() => lockFolder(folder), isLocked(/in use/));
  lock.release();
  assert.deepEqual(fs.readdirSync(folder), ["orchestratex.lock"]);
  lockFolder(folder).release();
});

test(
  "a flush that the disk refuses ends the process, and nothing that rests on it is acknowledged",
  embeddedOnly,
  async () => {
    const folder = await migratedFolder();
    // From the 40th flush on the disk is broken. The preload runs in the database's thread as well.
    const broken = `import fs from "node:fs"; const flush = fs.fdatasyncSync; let count = 0;
    fs.fdatasyncSync = (file) => { if (++count >= 40) throw new Error("EIO: i/o error, fdatasync"); flush(file); };`;
    const { child, lines } = startChild(folder, ["--import", `data:text/javascript,${encodeURIComponent(broken)}`]);
    let complaint = "";
    child.stderr.on("data", (text) => {
      complaint += text;
    });
    await Promise.all([ended(child), once(child.stderr, "end"), once(child.stdout, "end")]);
    assert.equal(child.exitCode, 70);
    assert.match(complaint, /refused to flush .*EIO/);
    assert.equal(complaint.trim().split("\n").length, 1);
    assert.ok(lines.length > 1, "some users were committed before the disk broke");
    await assertKept(folder, lines.slice(1));
  },
);

test("a folder that holds something else is left alone", embeddedOnly, async () => {
  const folder = temporaryFolder();
  fs.mkdirSync(path.join(folder, "database"));
  fs.writeFileSync(path.join(folder, "database", "letter.txt"), "dear");
  await assert.rejects(openPglite({ dataDir: folder }), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "store.failed");
    assert.match(error.message, /is not a database folder/);
    return true;
  });
  assert.equal(fs.readFileSync(path.join(folder, "database", "letter.txt"), "utf8"), "dear");
  lockFolder(folder).release();
});

test("the empty cluster we ship is the installed PGlite's (if not: npm run cluster)", embeddedOnly, () => {
  assert.ok(existsSync(clusterFile()), clusterFile());
});
