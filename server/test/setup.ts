/** Once per test run, before any test file: a migrated store for `openTestStore` to copy, and a place for compiled code. */
import { fileURLToPath } from "node:url";
import { testImage } from "./store.ts";
import { prepareServer, testServer } from "./store-server.ts";

export const globalSetup = async () => {
  process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(
    new URL("../../node_modules/.cache/orchestratex/compiled", import.meta.url),
  );
  process.env["ORCHESTRATEX_TEST_IMAGE"] = await testImage();
  if (testServer) await prepareServer(testServer);
};
