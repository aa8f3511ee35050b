/**
 * `npm run cluster`, after a change of the PGlite version: writes the empty cluster that a new data folder starts from.
 * Making one takes PGlite some 8 s of work, unpacking this one [1 s].
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { clusterFile } from "./cluster.ts";

const folder = mkdtempSync(path.join(tmpdir(), "orchestratex-cluster-"));
const database = await PGlite.create({ fs: new NodeFS(path.join(folder, "database")) });
const tar = Buffer.from(await (await database.dumpDataDir("none")).arrayBuffer());
await database.close();
rmSync(folder, { recursive: true, force: true });

const params = {
  [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
  [constants.BROTLI_PARAM_SIZE_HINT]: tar.length,
};
const here = path.dirname(clusterFile());
for (const old of readdirSync(here).filter((file) => /^cluster-.*\.tar\.br$/.test(file))) rmSync(path.join(here, old));
writeFileSync(clusterFile(), brotliCompressSync(tar, { params }));
process.exit(0);
