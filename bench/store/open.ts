/** The engines to compare: embedded with and without flushing, and a server where one is named. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../../server/src/store/database.ts";
import { openStore } from "../../server/src/store/open.ts";
import { openPostgres } from "../../server/src/store/postgres.ts";

export type BenchStore = { name: string; database: Database; close(): Promise<void> };

export async function openBenchStores(folder: string): Promise<BenchStore[]> {
  const stores: BenchStore[] = [];
  for (const fsync of [true, false]) {
    const dataDir = path.join(folder, fsync ? "synced" : "unsynced");
    mkdirSync(dataDir);
    const database = await openStore({ dataDir, fsync });
    stores.push({ name: `embedded, ${fsync ? "flushed" : "not flushed"}`, database, close: database.close });
  }
  const url = process.env["TEST_DATABASE_URL"];
  if (url) stores.push(await onServer(url));
  else process.stdout.write("no server: TEST_DATABASE_URL is not set\n");
  return stores;
}

/** A database of its own, dropped at the end. */
async function onServer(url: string): Promise<BenchStore> {
  const name = `bench_${uuidv7().replaceAll("-", "")}`;
  const admin = await openPostgres({ url, poolSize: 1, poolMax: 1 });
  await admin.exec(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const database = await openStore({ url: own.href });
  const close = async () => {
    await database.close();
    await admin.exec(`drop database ${name} with (force)`);
    await admin.close();
  };
  return { name: "PostgreSQL server", database, close };
}
