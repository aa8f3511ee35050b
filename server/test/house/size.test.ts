/** Small enough to be read: the limits of the house, without a list of excuses. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "oxc-parser";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const files = globSync("{sdk,server,web,bench,chaos,fuzz,scripts}/**/*.{ts,tsx,js,mjs,css,sql}", {
  cwd: root,
  exclude: ["**/node_modules/**", "web/dist/**", "server/src/store/schema.sql"],
});

const linesOf = (file: string): number => readFileSync(path.join(root, file), "utf8").trimEnd().split("\n").length;

test("no file has more than 300 lines, the engine's loop no more than 150", () => {
  const most = (file: string) => (file === "server/src/engine/orchestrate.ts" ? 150 : 300);
  assert.deepEqual(
    files.filter((file) => linesOf(file) > most(file)).map((file) => `${file}: ${linesOf(file)}`),
    [],
  );
});

test("no function has more than 60 lines", () => {
  const long: string[] = [];
  for (const file of files.filter((name) => !name.includes("/test/") && /[jt]sx?$/.test(name))) {
    const text = readFileSync(path.join(root, file), "utf8");
    const lineAt = (offset: number) => text.slice(0, offset).split("\n").length;
    const check = (node: { start: number; end: number }) => {
      const lines = lineAt(node.end) - lineAt(node.start) + 1;
      if (lines > 60) long.push(`${file}:${lineAt(node.start)}: ${lines} lines`);
    };
    const { program } = parseSync(file, text);
    new Visitor({ FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check }).visit(
      program,
    );
  }
  assert.deepEqual(long, []);
});
