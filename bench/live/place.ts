/** Where the servers of the bench keep their data: a folder, or a database of their own on a server, dropped at the end. */
import { v7 as uuidv7 } from "uuid";
import { openPostgres } from "../../server/src/store/postgres.ts";

export async function serverFor(url: string | null, folder: string) {
  if (url === null) return { env: { ORCHESTRATEX_DATA: `${folder}/data` }, remove: async () => undefined };
  const name = `bench_${uuidv7().replaceAll("-", "")}`;
  const admin = await openPostgres({ url, poolSize: 1, poolMax: 1 });
  await admin.exec(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return {
    env: { DATABASE_URL: own.href },
    async remove() {
      await admin.exec(`drop database ${name} with (force)`);
      await admin.close();
    },
  };
}
