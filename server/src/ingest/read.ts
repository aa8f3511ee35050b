/** One file, from its bytes to its chunks: what happens inside the process that reads it. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Block, FileWarning } from "@orchestratex/sdk/contract";
import { openAnalysis } from "./analysis.ts";
import { type Detected, describeUnknown, detect } from "./detect.ts";
import { EnoughText } from "./extractors/extractor.ts";
import { extractorFor } from "./extractors/index.ts";
import { gather } from "./gather.ts";
import { type Output, openOutput } from "./output.ts";
import { bounded, plain } from "./plain.ts";
import type { ReadAnswer, Reading, ReadStage, Rechunking } from "./reading.ts";
import { fileSource } from "./source.ts";

type Hooks = {
  onType(type: string, mime: string | null): void;
  onProgress(stage: ReadStage, done: number, total: number | null): void;
};

/** Characters of the metadata as JSON. */
const METADATA_LENGTH = 1_000_000;

export async function readFile(reading: Reading, hooks: Hooks): Promise<ReadAnswer> {
  const began = performance.now();
  const bare = fileSource(reading.path, reading.size, { name: reading.name, type: "unknown", encoding: null });
  const found = await detect(bare, { declaredMime: reading.declaredMime });
  hooks.onType(found.type, found.mime);
  if (found.fault) throw found.fault;
  const source = { ...bare, type: found.type, encoding: found.encoding };
  const detected = performance.now();
  const analysis = openAnalysis();
  const output = await openOutput({ ...reading, blocks: true });
  const { findings, facts, warnings } = gather({
    ...{ limits: reading.limits, output, analysis },
    onProgress: (done, total) => hooks.onProgress("extract", done, total),
  });
  warnings.push(...found.warnings);
  Object.assign(facts, plain(found.facts));
  try {
    const extractor = await extractorFor(found.type);
    if (extractor) await extractor.read(source, findings);
    else findings.facts(await describeUnknown(source));
  } catch (error) {
    if (!(error instanceof EnoughText)) {
      await output.drop();
      throw error;
    }
  }
  const extracted = performance.now() - output.told.chunkMs;
  await output.finish();
  hooks.onProgress("chunk", output.told.chunkCount, output.told.chunkCount);
  warnings.push(...limitWarnings(output, reading), ...textWarnings(output, found, warnings));
  const { facts: metadata, cut } = bounded(facts, METADATA_LENGTH);
  if (cut.length > 0) warnings.push({ code: "facts_limited", message: `Long lists were cut: ${cut.join(", ")}` });
  return {
    ...{ type: found.type, mime: found.mime, encoding: found.encoding, metadata, warnings },
    analysis: await analysis.result(),
    ...{ textLength: output.told.textLength, chunkCount: output.told.chunkCount },
    stageTimes: {
      detect: tenths(detected - began),
      extract: tenths(extracted - detected),
      chunk: tenths(performance.now() - extracted),
    },
  };
}

/** From the blocks that were kept, without the file. */
export async function chunkAnew({ blocksPath, ...wanted }: Rechunking): Promise<number> {
  const output = await openOutput({ ...wanted, blocks: false });
  try {
    const lines = createInterface({ input: createReadStream(blocksPath), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      if (line !== "") output.add(JSON.parse(line) as Block);
      await output.flush();
    }
  } catch (error) {
    if (!(error instanceof EnoughText)) {
      await output.drop();
      throw error;
    }
  }
  await output.finish();
  return output.told.chunkCount;
}

function limitWarnings(output: Output, { size }: Reading): FileWarning[] {
  if (output.told.enough === null) return [];
  const passages = output.told.chunkCount.toLocaleString("en-US").replaceAll(",", " ");
  const text = inBytes(output.told.textLength);
  return [
    {
      code: "text_limited",
      message: `Only the first ${passages} passages can be searched: about ${text} of text, of a file of ${inBytes(size)}`,
    },
  ];
}

/** Said once: a reader that knows better has said why. */
function textWarnings(output: Output, { type }: Detected, said: readonly FileWarning[]): FileWarning[] {
  if (output.told.blockCount > 0 || said.some(({ code }) => code === "needs_ocr" || code === "no_text")) return [];
  const message = type === "unknown" ? "Nothing here can read files of this type" : "No text was found in it";
  return [{ code: "no_text", message }];
}

function inBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let [amount, unit] = [bytes, 0];
  while (amount >= 1000 && unit < units.length - 1) [amount, unit] = [amount / 1024, unit + 1];
  return `${amount >= 10 || unit === 0 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}

const tenths = (ms: number): number => Math.max(0, Math.round(ms * 10) / 10);
