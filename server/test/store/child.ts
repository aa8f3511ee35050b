/** A process that holds a data folder: commits one user after another and names each once it is committed, until it is killed. */
import { openPglite } from "../../src/store/pglite.ts";

const [dataDir = ""] = process.argv.slice(2);
const database = await openPglite({ dataDir });
process.stdout.write("open\n");
for (let number = 1; ; number++) {
  await database.sql
    .insertInto("users")
    .values({ id: `user-${number}` })
    .execute();
  process.stdout.write(`user-${number}\n`);
}
