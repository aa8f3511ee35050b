/** Who may import whom. Imports are parsed, type-only and dynamic ones too; anything not listed fails. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/** Room -> what it may look into, beside itself, errors.ts and the sdk's contract. A name ending in .ts is that file alone. */
const rooms: Record<string, string[]> = {
  "main.ts": ["app.ts", "config.ts", "log.ts", "store/open.ts", "store/pglite-thread.ts"],
  "app.ts": [
    "app",
    "engine",
    "learning",
    "providers",
    "ingest",
    "search",
    "store",
    "api",
    "config.ts",
    "config-files.ts",
  ],
  app: ["engine", "learning", "providers", "ingest", "search", "store", "api", "config.ts", "config-files.ts"],
  cli: ["main.ts"],
  "config.ts": ["config-files.ts", "store/database-url.ts", "providers/vendors.ts"],
  "config-files.ts": [],
  "write-env-example.ts": ["config.ts"],
  "errors.ts": [],
  "log.ts": [],
  api: ["engine", "ingest", "search", "learning", "store", "providers/embedding.ts"],
  engine: ["providers/provider.ts", "learning"],
  ingest: ["providers/provider.ts", "providers/embedding.ts", "store"],
  search: ["providers/provider.ts", "providers/embedding.ts", "store", "engine"],
  learning: ["store"],
  providers: [],
  store: [],
};

/** What page, client and server know alike. */
const shared = new Set(["@orchestratex/sdk/contract", "@orchestratex/sdk/same-point"]);

/** Only these commands may reach the server itself; the others speak HTTP through the sdk. */
const commandsWithServer = ["cli/serve.ts"];

const source = fileURLToPath(new URL("../../src/", import.meta.url));
const sdk = fileURLToPath(new URL("../../../sdk/src/", import.meta.url));

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const { module, errors } = parseSync(file, text);
  assert.deepEqual(errors, [], `${file} does not parse`);
  const literal = ({ start, end }: { start: number; end: number }) =>
    text.slice(start, end).replace(/^["'`]|["'`]$/g, "");
  return [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...module.staticExports.flatMap((entry) =>
      entry.entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.map((entry) => literal(entry.moduleRequest)),
  ];
}

const roomOf = (file: string): string => (file.includes("/") ? (file.split("/")[0] ?? "") : file);

test("every file of the server looks only where its room may", () => {
  const wrong: string[] = [];
  for (const file of globSync("**/*.ts", { cwd: source })) {
    const room = roomOf(file);
    const allowed = rooms[room];
    assert.ok(allowed, `${file}: a room that is not in the list`);
    for (const request of importsOf(path.join(source, file))) {
      if (request.startsWith("@orchestratex/sdk")) {
        if (!shared.has(request) && room !== "cli") wrong.push(`${file} -> ${request}`);
        continue;
      }
      if (!request.startsWith(".")) continue;
      const target = path.posix.join(path.posix.dirname(file), request);
      const fine =
        roomOf(target) === room ||
        target === "errors.ts" ||
        (allowed.some((place) => target === place || target.startsWith(`${place}/`)) &&
          (room !== "cli" || commandsWithServer.includes(file)));
      if (!fine) wrong.push(`${file} -> ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("the sdk depends on zod and itself alone, and on nothing of Node's", () => {
  const wrong: string[] = [];
  for (const file of globSync("**/*.ts", { cwd: sdk }))
    for (const request of importsOf(path.join(sdk, file)))
      if (!request.startsWith(".") && !["zod", "eventsource-parser/stream", "eventsource-parser"].includes(request))
        wrong.push(`${file} -> ${request}`);
  assert.deepEqual(wrong, []);
});

test("a dynamic import and a type-only import are seen", () => {
  const { module } = parseSync(
    "x.ts",
    `import type { A } from "./a.ts"; const b = () => import("./b.ts"); export * from "./c.ts";`,
  );
  assert.equal(module.staticImports.length + module.dynamicImports.length + module.staticExports.length, 3);
});
