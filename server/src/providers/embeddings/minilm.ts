/**
 * A model on this machine, in a process of its own: its runtime blocks the thread it is called on [16 texts: 0.5-2 s], takes 300 MB,
 * and may be killed without harm. The process starts with the first text, has low priority, and ends when nobody has asked for a while.
 */
import { type ChildProcess, fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { AppError } from "../../errors.ts";
import type { Embedding } from "../embedding.ts";
import { unitVectors } from "./checked.ts";
import type { FromModel, ToModel } from "./minilm-child.ts";

export type LocalModel = {
  /** As it stands beside each vector. */
  name: string;
  /** It holds `config.json`, `tokenizer.json` and `onnx/model_quantized.onnx` or `onnx/model.onnx`. */
  folder: string;
  idleMs?: number;
};

export type LocalEmbedding = Embedding & { close(): Promise<void> };

/** Texts at a time: a question never waits for more than these. */
const SLICE = 4;
const IDLE_MS = 120_000;
/** A slice of the longest texts takes a second; a machine may be slow and busy. */
const SLICE_WITHIN_MS = 120_000;

type Slice = { texts: readonly string[]; resolve(vectors: Float32Array[]): void; reject(error: unknown): void };

/** Throws `embedding.unavailable` when the folder has no model that can be run. */
export async function openLocal(model: LocalModel, signal: AbortSignal): Promise<LocalEmbedding> {
  const process = openModelProcess(model);
  try {
    const [probe] = await process.run(["?"], signal);
    const dimensions = probe?.length ?? 0;
    return {
      model: model.name,
      kind: "local",
      dimensions,
      async embed(texts, asked) {
        const slices = [];
        for (let at = 0; at < texts.length; at += SLICE) slices.push(texts.slice(at, at + SLICE));
        const vectors: Float32Array[] = [];
        for (const slice of slices) vectors.push(...(await process.run(slice, asked)));
        return unitVectors(vectors, { count: texts.length, dimensions, model: model.name });
      },
      close: process.close,
    };
  } catch (error) {
    await process.close();
    throw error;
  }
}

/** One slice after the other; a single text, which is a question that somebody waits for, before others. */
function openModelProcess({ name, folder, idleMs = IDLE_MS }: LocalModel) {
  const waiting: Slice[] = [];
  let child: ChildProcess | null = null;
  let working: Slice | null = null;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const failed = (what: string) => new AppError("embedding.unavailable", `The embedding model ${name} ${what}`);
  const stop = () => {
    clearTimeout(timer);
    child?.kill("SIGKILL");
    child = null;
  };
  const settle = (how: (slice: Slice) => void) => {
    const slice = working;
    working = null;
    clearTimeout(timer);
    if (slice) how(slice);
    next();
  };
  const start = (): ChildProcess => {
    const started = fork(fileURLToPath(new URL("./minilm-child.ts", import.meta.url)), [folder], {
      // Nothing of the environment: it holds keys.
      env: {},
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    started.on("message", (message) => {
      if (started !== child) return;
      const answer = message as FromModel;
      if (answer.type === "vectors") settle(({ resolve }) => resolve(answer.vectors));
      else settle(({ reject }) => reject(failed(`cannot be used: ${answer.message}`)));
    });
    const gone = (what: string) => {
      if (started !== child) return;
      child = null;
      settle(({ reject }) => reject(failed(what)));
    };
    started.on("exit", (code, killedBy) => gone(`ended while it worked (${killedBy ?? code})`));
    started.on("error", (error) => gone(`cannot be started: ${error.message}`));
    if (started.pid !== undefined) lower(started.pid);
    return started;
  };
  const next = () => {
    const slice = working ? undefined : waiting.shift();
    if (!slice) {
      if (!working && child) timer = setTimeout(stop, idleMs).unref();
      return;
    }
    clearTimeout(timer);
    working = slice;
    child ??= start();
    child.send({ texts: [...slice.texts] } satisfies ToModel, (error) => error && child?.kill("SIGKILL"));
    timer = setTimeout(() => child?.kill("SIGKILL"), SLICE_WITHIN_MS).unref();
  };
  return {
    run: (texts: readonly string[], signal: AbortSignal) =>
      new Promise<Float32Array[]>((resolve, reject) => {
        signal.throwIfAborted();
        if (closed) throw new AppError("server.stopping", "The server is stopping");
        const leave = () => {
          const at = waiting.indexOf(slice);
          if (at !== -1) waiting.splice(at, 1);
          // What it works on goes on to its end: a new process would take longer to start.
          reject(signal.reason);
        };
        signal.addEventListener("abort", leave, { once: true });
        const done = () => signal.removeEventListener("abort", leave);
        const slice: Slice = {
          texts,
          resolve: (vectors) => {
            done();
            resolve(vectors);
          },
          reject: (error) => {
            done();
            reject(error);
          },
        };
        if (texts.length === 1) waiting.unshift(slice);
        else waiting.push(slice);
        if (!working) next();
      }),
    async close() {
      closed = true;
      const ended = child && new Promise((resolve) => child?.once("exit", resolve));
      const closing = new AppError("server.stopping", "The server is stopping");
      for (const slice of waiting.splice(0)) slice.reject(closing);
      const left = working;
      working = null;
      left?.reject(closing);
      stop();
      await ended;
    },
  };
}

/** Where that is not allowed it runs like others. */
function lower(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    return;
  }
}
