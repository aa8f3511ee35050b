/** The process that runs a model: `node minilm-child.ts FOLDER`. It never reaches the network. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

export type ToModel = { texts: string[] };
export type FromModel = { type: "vectors"; vectors: Float32Array[] } | { type: "failed"; message: string };

type Extract = (texts: string[]) => Promise<Float32Array[]>;

/** Longer texts are cut by the model all the same; this keeps its tokenizer from reading megabytes. */
const LONGEST = 20_000;

const folder = resolve(process.argv[2] ?? "");
let opened: Promise<Extract> | null = null;

process.on("message", (message) => {
  answer((message as ToModel).texts).then((reply) => process.send?.(reply));
});
process.on("disconnect", () => process.exit());

async function answer(texts: string[]): Promise<FromModel> {
  try {
    opened ??= open();
    const extract = await opened;
    return { type: "vectors", vectors: await extract(texts.map((text) => text.slice(0, LONGEST).toWellFormed())) };
  } catch (error) {
    opened = null;
    return { type: "failed", message: error instanceof Error ? error.message.slice(0, 500) : String(error) };
  }
}

async function open(): Promise<Extract> {
  const { env, pipeline } = await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  const dtype = existsSync(join(folder, "onnx", "model_quantized.onnx")) ? "q8" : "fp32";
  const model = await pipeline("feature-extraction", folder, { dtype, device: "cpu" });
  return async (texts) => {
    const { data, dims } = await model(texts, { pooling: "mean", normalize: true });
    const dimensions = dims.at(-1) ?? 0;
    const numbers = Float32Array.from(data as Float32Array);
    return texts.map((_, n) => numbers.slice(n * dimensions, (n + 1) * dimensions));
  };
}
