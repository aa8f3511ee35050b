// Whether this Node can run us. Read by old Nodes too: nothing newer than Node 12's last.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const NEEDED = 24;

export const isTooOld = () => Number(process.versions.node.split(".")[0]) < NEEDED;

export const complaint = () =>
  "OrchestrateX needs Node " +
  NEEDED +
  " or newer, and this is " +
  process.versions.node +
  ": run `npm install` in its folder (it brings Node " +
  NEEDED +
  " along where it can), or get it from https://nodejs.org";

// The Node that `npm install` brought along (the optional package `node`), or null.
export function ownNode() {
  try {
    const folder = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin");
    const file = join(folder, process.platform === "win32" ? "node.exe" : "node");
    return existsSync(file) ? file : null;
  } catch (_) {
    return null;
  }
}
