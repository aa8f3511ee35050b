/** `npm run schema`: writes schema.sql, the sum of the migrations. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describeSchema } from "./catalog.ts";
import { openStore } from "./open.ts";

export const SCHEMA_HEADER =
  "-- Made by `npm run schema` from the migrations; for reading, never edited. A test holds it equal to them.\n\n";

if (import.meta.main) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "orchestratex-schema-"));
  const database = await openStore({ dataDir: folder, fsync: false });
  fs.writeFileSync(new URL("schema.sql", import.meta.url), SCHEMA_HEADER + (await describeSchema(database)));
  await database.close();
  fs.rmSync(folder, { recursive: true });
}
