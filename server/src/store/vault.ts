/**
 * Secrets at rest: AES-256-GCM. The key comes from ENCRYPTION_KEY (scrypt), or from a file in the data folder.
 * A sealed secret is: version (1 byte), nonce (12), tag (16), ciphertext. Its row's name is bound to it as associated data.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { AppError } from "../errors.ts";

export type Vault = {
  /** Throws `store.failed` when the key file cannot be made. */
  seal(name: string, text: string): Promise<Uint8Array>;
  /** Null: it was sealed with another key or under another name, or it is damaged. */
  open(name: string, sealed: Uint8Array): Promise<string | null>;
};

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;
const KEY_BYTES = 32;

/** The key is derived, or its file read, when there is a first secret. */
export function openVault({ passphrase, dataDir }: { passphrase: string | null; dataDir: string }): Vault {
  const file = path.join(dataDir, "secret.key");
  let derived: Promise<Buffer> | undefined;
  const fromPassphrase = (words: string) => (derived ??= derive(words));
  const keyToOpen = async () => (passphrase === null ? readKey(file) : fromPassphrase(passphrase));
  const keyToSeal = async () => (passphrase === null ? (readKey(file) ?? makeKey(file)) : fromPassphrase(passphrase));
  return {
    async seal(name, text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", await keyToSeal(), nonce).setAAD(boundTo(name));
      const encrypted = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), encrypted]);
    },
    async open(name, sealed) {
      const bytes = Buffer.from(sealed);
      const key = await keyToOpen();
      if (key === null || bytes.length < HEAD_BYTES || bytes[0] !== VERSION) return null;
      const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(boundTo(name))
        .setAuthTag(bytes.subarray(1 + NONCE_BYTES, HEAD_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()]).toString("utf8");
      } catch {
        return null;
      }
    },
  };
}

const boundTo = (name: string): Buffer => Buffer.from(`orchestratex/${VERSION}/external_integrations/${name}`, "utf8");

/** Every process over one database derives the same key, so the salt is fixed. N, r, p: OWASP's for scrypt with 32 MB. */
const derive = (words: string): Promise<Buffer> =>
  promisify<string, string, number, object, Buffer>(scrypt)(words, "orchestratex/integrations/1", KEY_BYTES, {
    ...{ N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 },
  });

function readKey(file: string): Buffer | null {
  try {
    const key = Buffer.from(fs.readFileSync(file, "utf8"), "base64");
    return key.length === KEY_BYTES ? key : null;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw cannot("read", file, error);
  }
}

/** Whole or not at all, also in a power cut. The folder is this process's alone, so nobody else makes one meanwhile. */
function makeKey(file: string): Buffer {
  const beside = `${file}.new`;
  try {
    if (!fs.existsSync(file)) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.rmSync(beside, { force: true });
      const key = `${randomBytes(KEY_BYTES).toString("base64")}\n`;
      fs.writeFileSync(beside, key, { mode: 0o600, flag: "wx", flush: true });
      fs.renameSync(beside, file);
      syncFolder(path.dirname(file));
    }
  } catch (error) {
    throw cannot("made", file, error);
  }
  const key = readKey(file);
  if (key === null) throw cannot("read", file, new Error("it does not hold 32 bytes in base64"));
  return key;
}

/** On Windows a folder cannot be opened. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = fs.openSync(folder, "r");
  fs.fsyncSync(handle);
  fs.closeSync(handle);
}

const cannot = (what: string, file: string, cause: unknown): AppError => {
  const told = cause instanceof Error ? cause.message : String(cause);
  return new AppError("store.failed", `The key file ${file} cannot be ${what}: ${told}`, { cause });
};
