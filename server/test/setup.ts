/** Once per test run, before any test file: a migrated data folder for `openTestStore` to copy. */
import { testImage } from "./store.ts";

export const globalSetup = async () => {
  process.env["ORCHESTRATEX_TEST_IMAGE"] = await testImage();
};
