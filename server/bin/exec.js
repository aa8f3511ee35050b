#!/usr/bin/env node
// `exec` for npm scripts where the shell has none (Windows): runs its arguments in our place.
// Elsewhere the shell's builtin wins, and this file never runs.
import { existsSync } from "node:fs";
import { delimiter, extname, join } from "node:path";
import { runChild } from "./run-child.js";

const command = process.argv[2];
const args = process.argv.slice(3);

if (!command) {
  process.stderr.write("usage: exec <command> [arguments]\n");
  process.exit(2);
} else if (command === "node") {
  runChild(process.execPath, args, {});
} else if (process.platform !== "win32") {
  runChild(command, args, {});
} else {
  runOnWindows();
}

// A .cmd file needs cmd.exe to run it, and then the arguments need its quoting.
function runOnWindows() {
  const file = found(command);
  if (file && !/\.(cmd|bat)$/i.test(file)) return runChild(file, args, {});
  const line = [file || command].concat(args).map(quoted).join(" ");
  runChild(line, [], { shell: true });
}

function found(name) {
  const endings = extname(name) ? [""] : (process.env.PATHEXT || ".COM;.EXE;.BAT;.CMD").split(";");
  const folders = /[\\/]/.test(name) ? [""] : (process.env.Path || process.env.PATH || "").split(delimiter);
  for (const folder of folders) {
    for (const ending of endings) {
      const file = folder ? join(folder, name + ending) : name + ending;
      if (existsSync(file)) return file;
    }
  }
  return null;
}

function quoted(text) {
  return /^[\w./\\:=@-]+$/.test(text) ? text : `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}
