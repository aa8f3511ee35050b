/** Secrets at rest: what opens them and what does not. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openVault } from "../../src/store/vault.ts";
import { temporaryFolder } from "../store.ts";

const withWords = (passphrase: string) => openVault({ passphrase, dataDir: "/nowhere" });

test("what is sealed opens under the same name with the same words, in any process, and nowhere else", async () => {
  const sealed = await withWords("a long phrase").seal("openai", "sk-planted-ä");
  assert.equal(Buffer.from(sealed).includes("planted"), false);
  assert.equal(await withWords("a long phrase").open("openai", sealed), "sk-planted-ä");
  assert.equal(await withWords("a long phrase").open("mistral", sealed), null, "moved to another row");
  assert.equal(await withWords("another phrase").open("openai", sealed), null);
  const again = await withWords("a long phrase").seal("openai", "sk-planted-ä");
  assert.notDeepEqual(again, sealed, "equal secrets do not look equal");
});

test("a secret of which one bit was changed, or that was cut, does not open", async () => {
  const vault = withWords("a long phrase");
  const sealed = await vault.seal("openai", "sk-planted");
  for (let at = 0; at < sealed.length; at++) {
    const bent = Uint8Array.from(sealed);
    bent[at] = (bent[at] ?? 0) ^ 1;
    assert.equal(await vault.open("openai", bent), null, `byte ${at}`);
  }
  for (const length of [0, 1, 28, sealed.length - 1])
    assert.equal(await vault.open("openai", sealed.subarray(0, length)), null, `${length} bytes`);
});

test("without words the key is a file of the data folder, made once, for its owner alone, when it is first needed", async () => {
  const dataDir = temporaryFolder();
  const file = path.join(dataDir, "secret.key");
  const open = () => openVault({ passphrase: null, dataDir });
  assert.equal(await open().open("openai", new Uint8Array(40)), null);
  assert.equal(fs.existsSync(file), false);
  const sealed = await Promise.all([1, 2, 3].map((one) => open().seal("openai", `sk-${one}`)));
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(fs.readdirSync(dataDir), ["secret.key"], "nothing is left beside it");
  assert.deepEqual(await Promise.all(sealed.map((one) => open().open("openai", one))), ["sk-1", "sk-2", "sk-3"]);
  fs.writeFileSync(file, Buffer.alloc(32, 7).toString("base64"));
  assert.equal(await open().open("openai", sealed[0] ?? new Uint8Array()), null, "another file");
});

test("a key file that is damaged is told by name when something is to be sealed, and opens nothing", async () => {
  const dataDir = temporaryFolder();
  fs.writeFileSync(path.join(dataDir, "secret.key"), "damaged");
  const vault = openVault({ passphrase: null, dataDir });
  assert.equal(await vault.open("openai", new Uint8Array(40)), null);
  await assert.rejects(vault.seal("openai", "sk-1"), /secret\.key cannot be read: it does not hold 32 bytes/);
  assert.equal(fs.readFileSync(path.join(dataDir, "secret.key"), "utf8"), "damaged", "it may still be mended");
});
