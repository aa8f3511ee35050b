/** Whether a database folder is sound: every page of every table and every entry of every index, by PostgreSQL's own amcheck, on a copy. */
import { rmSync } from "node:fs";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { amcheck } from "@electric-sql/pglite/contrib/amcheck";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { vector } from "@electric-sql/pglite-pgvector";
import { copied } from "./scene.ts";

/** What is wrong with it. */
export async function unsound(folder: string): Promise<string[]> {
  const copy = `${folder}.looked-at`;
  rmSync(copy, { recursive: true, force: true });
  copied(path.join(folder, "database"), copy);
  const found: string[] = [];
  try {
    const database = await PGlite.create({ fs: new NodeFS(copy), extensions: { vector, amcheck } });
    await database.exec("create extension if not exists amcheck");
    found.push(...(await tablesWrong(database)), ...(await indexesWrong(database)));
    await database.close();
  } catch (error) {
    found.push(`it does not open: ${error}`);
  }
  rmSync(copy, { recursive: true, force: true });
  return found;
}

async function tablesWrong(database: PGlite): Promise<string[]> {
  const { rows } = await database.query<{ name: string; msg: string }>(`
    select c.oid::regclass::text as name, h.blkno || ': ' || h.msg as msg
    from pg_class c, lateral verify_heapam(c.oid, check_toast => true) h where c.relkind in ('r', 't') and c.relpersistence = 'p'`);
  return rows.map(({ name, msg }) => `table ${name} ${msg}`);
}

async function indexesWrong(database: PGlite): Promise<string[]> {
  const { rows } = await database.query<{ oid: number; name: string }>(`
    select c.oid::int, c.oid::regclass::text as name from pg_class c join pg_am a on a.oid = c.relam
    join pg_index i on i.indexrelid = c.oid where a.amname = 'btree' and i.indisvalid and c.relpersistence = 'p'`);
  const found: string[] = [];
  for (const { oid, name } of rows)
    try {
      await database.query("select bt_index_parent_check($1::int::oid::regclass, true, true)", [oid]);
    } catch (error) {
      found.push(`index ${name}: ${error}`);
    }
  return found;
}
