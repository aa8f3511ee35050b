/** PGlite's WebAssembly. */
import fs from "node:fs/promises";
import v8 from "node:v8";

/** What a Node without a browser's types lacks. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  Module: { imports(module: object): { module: string; name: string; kind: string }[] };
  Memory: new (pages: { initial: number; maximum: number }) => object;
  Instance: new (module: object, imports: object) => { exports: Record<string, (...numbers: number[]) => unknown> };
};

export const compilePglite = async (): Promise<object> => {
  const file = new URL("./pglite.wasm", import.meta.resolve("@electric-sql/pglite"));
  const module = await WebAssembly.compile(await fs.readFile(file));
  keepParserSmall(module);
  return module;
};

/**
 * PostgreSQL's parser is one function with 2 485 branches. After some hundred tokens V8 compiles it once more, to make it
 * faster: that takes 1.4 s of a core and 600 MB in the first second of every start, and wins nothing that can be measured.
 * Whether a function may ever be compiled again is settled when it first runs: so it runs first here, in an instance that
 * is thrown away, without memory contexts, where it stops at its first allocation; and what it calls has run before it.
 * Where V8 or PGlite has changed, nothing happens. Figures: docs/decisions/0011-parser-compiled-once.md.
 */
const keepParserSmall = (module: object): void => {
  try {
    const { exports } = new WebAssembly.Instance(module, nothingBehind(module));
    const run = (name: string) => {
      try {
        exports[name]?.(0, 0, 0, 0);
      } catch {
        // It must fail: there is nothing behind it.
      }
    };
    run("scanner_init");
    v8.setFlagsFromString(`--wasm-tier-up-filter=${NO_FUNCTION}`);
    run("raw_parser");
  } catch {
    // It only costs more without.
  } finally {
    v8.setFlagsFromString(`--wasm-tier-up-filter=${ALL_FUNCTIONS}`);
  }
};

const NO_FUNCTION = 2 ** 31 - 1;
const ALL_FUNCTIONS = -1;

/** Imports of the right shape, none of which can be called; memory as PGlite makes it. */
const nothingBehind = (module: object): object => {
  const refuse = () => {
    throw new Error("there is nothing behind this instance");
  };
  const memory = () => new WebAssembly.Memory({ initial: 2_048, maximum: 32_768 });
  const rooms = Map.groupBy(WebAssembly.Module.imports(module), (wanted) => wanted.module);
  const filled = [...rooms].map(([room, wanted]) => [
    room,
    Object.fromEntries(wanted.map(({ name, kind }) => [name, kind === "memory" ? memory() : refuse])),
  ]);
  return Object.fromEntries(filled);
};
