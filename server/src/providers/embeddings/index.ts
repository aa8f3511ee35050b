/** The list of ways to make vectors, as `EMBEDDING_MODEL` names them. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import path from "node:path";

export type WantedModel =
  | { type: "lexical" }
  /** To be fetched into the data folder, once. */
  | { type: "known"; name: string; repository: string; files: readonly string[] }
  | { type: "folder"; folder: string }
  | { type: "remote"; vendor: string; modelId: string }
  | { type: "unknown"; name: string };

const known: Readonly<Record<string, string>> = { "all-minilm-l6-v2": "Xenova/all-MiniLM-L6-v2" };

/** What it takes to run one: its weights as whole numbers of 8 bits, a quarter of the size [23 MB]. */
const files = ["config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model_quantized.onnx"] as const;

/** `folder` of an existing path: relative to `cwd`. */
export function wantedModel(setting: string, cwd: string): WantedModel {
  const name = setting.trim();
  if (name.toLowerCase() === "lexical") return { type: "lexical" };
  const repository = known[name.toLowerCase().replace(/^sentence-transformers\//, "")];
  if (repository !== undefined) return { type: "known", name: "all-MiniLM-L6-v2", repository, files };
  const folder = path.resolve(cwd, name);
  if (existsSync(folder)) return { type: "folder", folder };
  const [, vendor, modelId] = /^([a-z0-9][a-z0-9._-]{1,63}):(.+)$/i.exec(name) ?? [];
  if (vendor !== undefined && modelId !== undefined) return { type: "remote", vendor: vendor.toLowerCase(), modelId };
  return { type: "unknown", name };
}

/** `my-model@1a2b3c4d`: the folder's name, and what is in it. Another model in the same folder has another name. */
export async function folderModelName(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const weights = ["model_quantized.onnx", "model.onnx"].map((file) => path.join(folder, "onnx", file));
  const found = weights.find((file) => existsSync(file));
  if (found) for await (const piece of createReadStream(found)) hash.update(piece as Buffer);
  return `${path.basename(folder).slice(0, 100)}@${hash.digest("hex").slice(0, 8)}`;
}
