/** What a reader finds in a file, and in the files inside it, with limits over all of it. */
import type { Block, FileWarning } from "@orchestratex/sdk/contract";
import type { Analysis } from "./analysis.ts";
import { detect } from "./detect.ts";
import { EnoughText, type Facts, type Findings } from "./extractors/extractor.ts";
import { extractorFor } from "./extractors/index.ts";
import type { Limits } from "./limits.ts";
import type { Output } from "./output.ts";
import { type Json, plain, wellFormed } from "./plain.ts";
import { bytesSource } from "./source.ts";

export type Gathering = {
  findings: Findings;
  facts: Record<string, Json>;
  warnings: FileWarning[];
};

type Means = {
  limits: Limits;
  output: Output;
  analysis: Analysis;
  onProgress(done: number, total: number | null): void;
};

/** Characters of a block; a longer one becomes several. */
const BLOCK_LENGTH = 20_000;
/** Milliseconds at a stretch, after which the world may breathe. */
const STRETCH_MS = 20;
const WARNINGS = 100;
const INNER_FILES = 2_000;
/** Of the files inside that are named in the facts. */
const INNER_TOLD = 200;

export function gather(means: Means): Gathering {
  const { limits, onProgress } = means;
  const facts: Record<string, Json> = {};
  const { warnings, warn } = openWarnings();
  const keep = keeper(means);
  const pause = breather(means.output);
  const innerTold: Json[] = [];
  let [innerFiles, innerBytes] = [0, 0];

  /** `path`: the files around; empty for the file itself. */
  const findingsAt = (path: string, depth: number): Findings => ({
    ...{ limits, pause },
    block: (block) => keep(block, path),
    facts: (told: Facts) => depth === 0 && Object.assign(facts, plain(told)),
    warn: (code, message) => warn(code, path === "" ? message : `${path}: ${message}`),
    progress: (done, total) => depth === 0 && onProgress(done, total),
    inner: (name, bytes, at) => inner(name, bytes, joined(path, at), depth + 1),
  });

  const refusal = (bytes: Uint8Array, depth: number): string | null => {
    if (depth > limits.innerDepth) return `files are read ${limits.innerDepth} deep in each other`;
    if (++innerFiles > INNER_FILES) return `only the first ${INNER_FILES} files inside are read`;
    innerBytes += bytes.length;
    return innerBytes > limits.inflatedBytes ? "the files inside are too large together" : null;
  };

  async function inner(name: string, bytes: Uint8Array, path: string, depth: number): Promise<void> {
    const refused = refusal(bytes, depth);
    if (refused !== null) return warn("part_unread", `${path} was not read: ${refused}`);
    let type = "unknown";
    try {
      const bare = bytesSource(bytes, { name, type, encoding: null });
      const found = await detect(bare, { declaredMime: null });
      type = found.type;
      if (found.fault) throw found.fault;
      const extractor = await extractorFor(type);
      await extractor?.read({ ...bare, type, encoding: found.encoding }, findingsAt(path, depth));
    } catch (error) {
      if (error instanceof EnoughText) throw error;
      warn("part_unreadable", `${path}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      if (innerTold.length < INNER_TOLD) innerTold.push(plain({ path, type, size: bytes.length }));
      facts["inner"] = innerTold;
    }
    await pause();
  }

  return { findings: findingsAt("", 0), facts, warnings };
}

function openWarnings() {
  const warnings: FileWarning[] = [];
  const warn = (code: string, message: string) => {
    const warning = { code: wellFormed(code).slice(0, 40), message: wellFormed(message).slice(0, 500) };
    const known = warnings.some((other) => other.code === warning.code && other.message === warning.message);
    if (!known && warnings.length < WARNINGS) warnings.push(warning);
  };
  return { warnings, warn };
}

const keeper =
  ({ output, analysis }: Means) =>
  (block: Block, path: string) => {
    const text = wellFormed(block.text);
    if (text.trim() === "") return;
    const place = placed(block.place, path);
    for (const part of parts(text)) {
      const kept = { kind: block.kind, text: part, place };
      output.add(kept);
      analysis.add(kept);
    }
  };

function breather(output: Output) {
  let last = performance.now();
  return async () => {
    await output.flush();
    if (performance.now() - last < STRETCH_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    last = performance.now();
  };
}

const joined = (outer: string, own: string): string => (outer === "" ? own : `${outer}/${own}`);

function placed(place: Block["place"], path: string): Block["place"] {
  const full = path === "" ? place : { ...place, path: joined(path, place.path ?? "").replace(/\/$/, "") };
  return isPlain(full) ? { ...full } : (plain(full) as Block["place"]);
}

/** Nearly every place is: there is one for each block, and making them all anew took a tenth of the reading of large tables. */
const isPlain = (place: Block["place"]): boolean => {
  for (const value of Object.values(place)) if (!isPlainValue(value)) return false;
  return true;
};

const isPlainValue = (value: unknown): boolean =>
  typeof value === "number"
    ? Number.isFinite(value)
    : typeof value === "string"
      ? value.length < 1000 && wellFormed(value) === value
      : Array.isArray(value) && value.every(isPlainValue);

/** Cut at a space where there is one. */
function* parts(text: string): Generator<string> {
  let rest = text;
  while (rest.length > BLOCK_LENGTH) {
    const space = rest.lastIndexOf(" ", BLOCK_LENGTH);
    let at = space > BLOCK_LENGTH / 2 ? space : BLOCK_LENGTH;
    if (at === BLOCK_LENGTH && /[\uD800-\uDBFF]/.test(rest[at - 1] ?? "")) at--;
    yield rest.slice(0, at);
    rest = rest.slice(at);
  }
  yield rest;
}
