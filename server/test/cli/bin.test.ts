/** The files in `bin`: which Node runs us, and running something in our place. */
import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../store.ts";
import { bin, run, start } from "./child.ts";

/** Makes Node believe that it is an old one. */
function oldNode(): string[] {
  const file = path.join(temporaryFolder(), "old.cjs");
  writeFileSync(
    file,
    `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } });`,
  );
  return ["--require", file];
}

test("an old Node hands over to the one that npm install brought along: same arguments, same end", async () => {
  const nodeArgs = oldNode();
  assert.match((await run(["--version"], { nodeArgs })).stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal((await run(["nothing"], { nodeArgs })).code, 2);
});

test("an old Node without it ends with one line that says what to do", async () => {
  const folder = path.join(temporaryFolder(), "bin");
  cpSync(path.dirname(bin("orchestratex.js")), folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{"type":"module"}');
  for (const program of ["orchestratex.js", "check-node.js"]) {
    const ended = await run([], { nodeArgs: oldNode(), program: path.join(folder, program) });
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /^OrchestrateX needs Node 24 or newer, and this is 20\.1\.0: run `npm install`.*\n$/);
  }
});

test("check-node lets a new Node pass", async () => {
  const ended = await run([], { program: bin("check-node.js") });
  assert.deepEqual([ended.code, ended.stderr], [0, ""]);
});

const sayAndWait = `
  process.on("SIGTERM", () => process.exit(7));
  console.error("up", process.argv.slice(1).join("|"));
  setInterval(() => {}, 1000);`;

test("exec runs its arguments, passes signals on and ends as they end", async () => {
  const program = bin("exec.js");
  const waiting = start(["node", "-e", sayAndWait, "a b", 'c"d'], { program });
  await waiting.says(/up a b\|c"d/);
  waiting.child.kill("SIGTERM");
  assert.equal((await waiting.end()).code, 7);

  const killed = await run(["node", "-e", "process.kill(process.pid, 'SIGKILL')"], { program });
  assert.equal(killed.signal, "SIGKILL");
  const missing = await run(["no-such-command"], { program });
  assert.equal(missing.code, 127);
  assert.match(missing.stderr, /no-such-command cannot be started/);
  assert.equal((await run([], { program })).code, 2);
});
