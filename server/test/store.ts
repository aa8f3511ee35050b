/** A fresh, migrated database per test: a copy of the run's image, unsynced, gone when closed. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Database } from "../src/store/database.ts";
import { copyImage, imageIn } from "../src/store/image.ts";
import { openPglite } from "../src/store/pglite.ts";

const cache = fileURLToPath(new URL("../../node_modules/.cache/orchestratex", import.meta.url));

/** The run's image; a test file started by hand makes it itself. */
export const testImage = async (): Promise<string> => process.env["ORCHESTRATEX_TEST_IMAGE"] ?? imageIn(cache);

/** An empty folder that is removed when the process ends. */
export const temporaryFolder = (): string => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "orchestratex-test-"));
  process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export const openTestStore = async (): Promise<Database> => {
  const folder = temporaryFolder();
  copyImage(await testImage(), folder);
  const database = await openPglite({ dataDir: folder, fsync: false });
  return {
    ...database,
    async close() {
      await database.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
};
