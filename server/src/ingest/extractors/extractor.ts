/** What every reader of a format is. It runs in a child process: it may be killed at any moment, and may not reach the network. */
import type { Block } from "@orchestratex/sdk/contract";
import type { Limits } from "../limits.ts";
import type { Source } from "../source.ts";

/** What the sheet of a type tells; plain JSON. */
export type Facts = Readonly<Record<string, unknown>>;

/** Where a reader puts what it finds. */
export type Findings = {
  limits: Limits;
  /**
   * The next piece of text in reading order: a paragraph, a heading, a row with its cells divided by tabs. Empty text is dropped.
   * Throws `EnoughText` when no more is kept: let it pass, what was found so far stays.
   */
  block(block: Block): void;
  /** Lets what was found go to the disk and the world breathe. To be awaited between pieces of work of some ten milliseconds. */
  pause(): Promise<void>;
  /** Merged over what was told before. */
  facts(facts: Facts): void;
  /** Something could not be read, or was left out: a code, and a sentence for people. The same one is kept once. */
  warn(code: string, message: string): void;
  /** How far it is; null: of an unknown whole. */
  progress(done: number, total: number | null): void;
  /** A file inside this one: it is recognised and read, and its blocks have `path` before their own. Never throws but `EnoughText`. */
  inner(name: string, bytes: Uint8Array, path: string): Promise<void>;
};

/**
 * A reader of one or several types. `read` throws `AppError` with a code `file.*` when nothing can be read; when only a part
 * cannot, it warns and goes on. Any other error counts as `file.unreadable`.
 */
export type Extractor = {
  name: string;
  types: readonly string[];
  read(source: Source, findings: Findings): Promise<void>;
};

/** As much text as is kept has been found. */
export class EnoughText extends Error {
  override readonly name = "EnoughText";
}
