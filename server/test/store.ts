/**
 * A fresh, migrated database per test, unsynced: a copy of the run's image in a folder, emptied and handed to the next test of
 * the file when closed; with `TEST_DATABASE_URL` (a user who may create databases) a copy of the run's template on that server.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Database } from "../src/store/database.ts";
import { copyImage, imageIn } from "../src/store/image.ts";
import { openPglite } from "../src/store/pglite.ts";
import { openPostgres } from "../src/store/postgres.ts";
import { emptying } from "./store-emptied.ts";
import { dropDatabase, freshDatabase, testServer } from "./store-server.ts";

const cache = fileURLToPath(new URL("../../node_modules/.cache/orchestratex", import.meta.url));

/** The run's image; a test file started by hand makes it itself. */
export const testImage = async (): Promise<string> => process.env["ORCHESTRATEX_TEST_IMAGE"] ?? imageIn(cache);

/** For `test(name, embeddedOnly, ...)`: what is about the data folder makes no sense on a server. */
export const embeddedOnly = {
  skip: testServer !== undefined && "about the embedded database: not with TEST_DATABASE_URL",
};

/** For `test(name, serverOnly, ...)`: what takes several connections, or several processes over one database. */
export const serverOnly = {
  skip: testServer === undefined && "about a PostgreSQL server: set TEST_DATABASE_URL",
};

/** An empty folder that is removed when the process ends. */
export const temporaryFolder = (): string => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "orchestratex-test-"));
  process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** `url`: of the server's database; null: embedded. `end`: close for good, where a test wants a closed one. */
export type TestStore = Database & { url: string | null; end(): Promise<void> };

export const openTestStore = (): Promise<TestStore> => (testServer ? onServer(testServer) : embedded());

/** Closed by their tests, and as good as new: opening another takes 0.2 s, and what PostgreSQL has compiled is kept. */
const spare: Emptied[] = [];

/** Tests of this file may follow. */
let more = process.env["NODE_TEST_CONTEXT"] !== undefined;

const theEnd = async () => {
  more = false;
  await Promise.all(spare.splice(0).map(({ end }) => end()));
};

if (more) after(theEnd);

const embedded = async (): Promise<TestStore> => {
  const { database, empty, end } = spare.pop() ?? (await opened());
  let closing: Promise<void> | undefined;
  const close = async () => {
    if (more && (await empty()) && more) spare.push({ database, empty, end });
    else await end();
  };
  return { ...database, url: null, close: () => (closing ??= close()), end: () => (closing ??= end()) };
};

type Emptied = { database: Database; empty(): Promise<boolean>; end(): Promise<void> };

const opened = async (): Promise<Emptied> => {
  const folder = temporaryFolder();
  copyImage(await testImage(), folder);
  const database = await openPglite({ dataDir: folder, fsync: false });
  return {
    database,
    empty: await emptying(database),
    async end() {
      await database.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Few connections: two test files run at once, and a server has 100. */
const onServer = async (server: string): Promise<TestStore> => {
  const url = await freshDatabase(server);
  const database = await openPostgres({ url, poolSize: 2, poolMax: 8 });
  let closing: Promise<void> | undefined;
  const end = () => (closing ??= database.close().then(() => dropDatabase(server, url)));
  return { ...database, url, close: end, end };
};

/** For a server as a process: settings that name a store of its own, migrated, gone when the test ends. */
export const storeSettings = async (t: TestContext): Promise<Record<string, string>> => {
  const folder = temporaryFolder();
  const server = testServer;
  if (server) {
    const url = await freshDatabase(server);
    t.after(() => dropDatabase(server, url));
    return { ORCHESTRATEX_DATA: folder, DATABASE_URL: url, DATABASE_POOL_SIZE: "2", DATABASE_POOL_MAX: "8" };
  }
  copyImage(await testImage(), folder);
  return { ORCHESTRATEX_DATA: folder };
};
