/** Where a Chromium may be: the tests take what the machine has, and bring none. */
import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "brave-browser",
];

const programs = ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"];

const applications = ["Google Chrome", "Chromium", "Microsoft Edge"];

/** Its program; null: there is none. `CHROME_PATH` names it where it is in no usual place. */
export function findChromium(): string | null {
  const named = process.env["CHROME_PATH"];
  if (named !== undefined) return existsSync(named) ? named : null;
  return places().find((place) => existsSync(place)) ?? null;
}

function places(): string[] {
  const inPath = (process.env["PATH"] ?? "").split(path.delimiter);
  if (process.platform === "win32") {
    const roots = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].map((name) => process.env[name] ?? "C:/");
    return roots.flatMap((root) => programs.map((program) => path.join(root, program)));
  }
  if (process.platform === "darwin")
    return applications.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  return names.flatMap((name) => [...inPath, "/usr/bin", "/snap/bin"].map((folder) => path.join(folder, name)));
}
