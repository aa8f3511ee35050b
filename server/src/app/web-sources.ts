/** What the web app is made of, in sixteen letters: other sources, another name. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** Files, and folders with all that is in them. The lock file has the versions of the libraries. */
const sources = [
  ...["web/index.html", "web/build.ts", "web/package.json", "web/public", "web/src", "sdk/src"],
  "package-lock.json",
];

/** By names and contents; the time of a change is no matter. `root`: the folder of the workspace. */
export function fingerprintOf(root: string): string {
  const hash = createHash("sha256");
  for (const name of sources.flatMap((source) => filesIn(root, source)).sort()) {
    const content = readFileSync(path.join(root, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}

/** Names are divided by `/` everywhere. What is not there has no files. */
function filesIn(root: string, source: string): string[] {
  const place = path.join(root, source);
  const found = statSync(place, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found ? [source] : [];
  return readdirSync(place, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
}
