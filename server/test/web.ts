/** A web app that nobody built: a page, a script with a name by its content, and files beside the page. */
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Web, WebFile } from "../src/api/site.ts";

const file = (type: string, text: string, more: Partial<WebFile> = {}): WebFile => ({
  ...{ type, hashed: false, etag: `"${text.length}"`, body: Buffer.from(text) },
  ...more,
});

export const SCRIPT = `${"console.log(1);".repeat(100)}\n`;
export const PAGE = `<!doctype html><title>OrchestrateX</title><script type="module" src="/assets/index-a1b2c3d4.js"></script>\n`;

const script = Buffer.from(SCRIPT);
const site = new Map<string, WebFile>([
  ["index.html", file("text/html; charset=utf-8", PAGE)],
  ["favicon.svg", file("image/svg+xml", "<svg/>")],
  ["theme.js", file("text/javascript; charset=utf-8", "dark();\n")],
  [
    "assets/index-a1b2c3d4.js",
    file("text/javascript; charset=utf-8", SCRIPT, {
      ...{ hashed: true, br: brotliCompressSync(script), gzip: gzipSync(script) },
    }),
  ],
]);

export const fakeWeb: Web = { rootFiles: ["theme.js", "favicon.svg"], site: async () => site };
