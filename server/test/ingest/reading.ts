/** One file through one reader, in this process: what it finds, without the sandbox around it. */
import type { Block } from "@orchestratex/sdk/contract";
import { EnoughText, type Extractor, type Facts, type Findings } from "../../src/ingest/extractors/extractor.ts";
import { type Limits, usualLimits } from "../../src/ingest/limits.ts";
import { bytesSource } from "../../src/ingest/source.ts";

export type Found = {
  blocks: Block[];
  /** The blocks' texts, a line each. */
  text: string;
  facts: Record<string, unknown>;
  warnings: { code: string; message: string }[];
  inner: { name: string; bytes: Uint8Array; path: string }[];
};

type About = { name?: string; type?: string; encoding?: string | null; limits?: Partial<Limits> };

/** Throws what the reader throws. */
export async function readWith(extractor: Extractor, bytes: Uint8Array | string, about: About = {}): Promise<Found> {
  const found: Found = { blocks: [], text: "", facts: {}, warnings: [], inner: [] };
  const limits = { ...usualLimits, ...about.limits };
  let length = 0;
  const findings: Findings = {
    limits,
    block(block) {
      if (block.text.trim() === "") return;
      length += block.text.length;
      if (length > limits.textLength) throw new EnoughText();
      found.blocks.push(block);
    },
    pause: async () => {},
    facts: (facts: Facts) => void Object.assign(found.facts, facts),
    warn: (code, message) => void found.warnings.push({ code, message }),
    progress: () => {},
    inner: async (name, inside, path) => void found.inner.push({ name, bytes: inside, path }),
  };
  const { name = "file", type = extractor.types[0] ?? "unknown", encoding = null } = about;
  const source = bytesSource(typeof bytes === "string" ? Buffer.from(bytes) : bytes, { name, type, encoding });
  try {
    await extractor.read(source, findings);
  } catch (error) {
    if (!(error instanceof EnoughText)) throw error;
  }
  found.text = found.blocks.map(({ text }) => text).join("\n");
  return found;
}
