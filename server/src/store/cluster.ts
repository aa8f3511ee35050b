/** The empty cluster that a new data folder starts from, made once per PGlite version by `npm run cluster`. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

/** Where it is for the PGlite that is installed. */
export const clusterFile = (): string => fileURLToPath(new URL(`cluster-${pgliteVersion()}.tar.br`, import.meta.url));

/** As a tar; undefined when there is none for this version: then PGlite makes one itself. */
export const emptyCluster = (): Blob | undefined =>
  existsSync(clusterFile()) ? new Blob([brotliDecompressSync(readFileSync(clusterFile()))]) : undefined;

function pgliteVersion(): string {
  const file = new URL("../package.json", import.meta.resolve("@electric-sql/pglite"));
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  return version;
}
