/**
 * Builds the web app: `node web/build.ts [folder]`, by default into `web/dist`. What is built stands in a folder named by its sources,
 * whole or not at all: several processes may build at once, and the first to end wins. The last line it writes is that folder.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { fingerprintOf } from "../server/src/app/web-sources.ts";

const TEXT = /\.(?:html|js|css|svg|json|webmanifest|txt)$/;
const WORTH_IT_BYTES = 1_024;
/** Where there is no browser it brings its own. */
const HTML_PARSER = "hast-util-from-html-isomorphic";

const web = fileURLToPath(new URL("./", import.meta.url));
const dist = path.resolve(process.argv[2] ?? path.join(web, "dist"));
const fingerprint = fingerprintOf(path.dirname(path.resolve(web)));
const whole = path.join(dist, fingerprint);
const making = `${whole}.making-${process.pid}`;

try {
  if (!existsSync(whole)) await make();
  removeOthers();
  // For whoever had it built: the sources may have changed since they looked.
  process.stdout.write(`${whole}\n`);
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${stripVTControlCharacters(why)}\n`);
  process.exitCode = 1;
}

async function make(): Promise<void> {
  try {
    mkdirSync(making, { recursive: true });
    await bundle();
    await compress();
    putInPlace();
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

async function bundle(): Promise<void> {
  process.env["NODE_ENV"] = "production";
  // A server that was installed without it is told so by the error below, and a folder that is there needs none.
  const { build } = await import("vite");
  await build({
    root: web,
    configFile: false,
    envDir: false,
    logLevel: "error",
    oxc: { jsx: { runtime: "automatic" } },
    // Formulas are read by a parser of their own: the browser's would apply the styles in them, which the page's policy forbids.
    resolve: { alias: { [HTML_PARSER]: fileURLToPath(import.meta.resolve(HTML_PARSER)) } },
    build: {
      outDir: making,
      emptyOutDir: true,
      target: "es2022",
      sourcemap: false,
      // The page's policy lets no font or picture come out of a text.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  });
}

async function compress(): Promise<void> {
  const files = readdirSync(making, { recursive: true, encoding: "utf8" }).filter((name) => TEXT.test(name));
  await Promise.all(files.map((name) => compressed(path.join(making, name))));
}

async function compressed(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length <= WORTH_IT_BYTES) return;
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, { params: quality }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)]);
}

/** Another process may have been faster: then its folder stays. */
function putInPlace(): void {
  try {
    renameSync(making, whole);
  } catch (error) {
    if (!existsSync(whole)) throw error;
  }
}

/** What was built of other sources, and what a process left behind that is no more; nothing else that may be in the folder. */
function removeOthers(): void {
  for (const name of readdirSync(dist)) {
    const [ours, builder] = /^[0-9a-f]{16}(?:\.making-(\d+))?$/.exec(name) ?? [];
    if (!ours || ours === fingerprint || (builder && isAlive(Number(builder)))) continue;
    rmSync(path.join(dist, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
