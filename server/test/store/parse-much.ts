/** A process that has a fresh database parse two thousand statements. */
import { sql } from "kysely";
import { copyImage } from "../../src/store/image.ts";
import { openPglite } from "../../src/store/pglite.ts";
import { testImage } from "../store.ts";

const [dataDir = ""] = process.argv.slice(2);
copyImage(await testImage(), dataDir);
const database = await openPglite({ dataDir, fsync: false });
for (let number = 0; number < 2_000; number++) {
  const list = Array.from({ length: 40 }, (_, index) => `${number} + ${index}`).join(", ");
  await sql.raw(`select ${list}`).execute(database.sql);
}
await database.close();
