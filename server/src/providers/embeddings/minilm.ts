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

  const settle = (how: (slice: Slice) => void) => {
    if (working) how(working);
    working = null;
    next();
  };
  const heard: Heard = {
    isCurrent: (one) => one === child,
    vectors: (vectors) => settle(({ resolve }) => resolve(vectors)),
    failed: (why) => settle(({ reject }) => reject(unusable(name, why))),
    gone: (why) => {
      child = null;
      heard.failed(why);
    },
  };
  const stop = () => {
    clearTimeout(timer);
    child?.kill("SIGKILL");
    child = null;
  };
  const next = () => {
    clearTimeout(timer);
    const slice = waiting.shift();
    if (!slice) {
      if (child) timer = setTimeout(stop, idleMs).unref();
      return;
    }
    working = slice;
    child ??= startChild(folder, heard);
    child.send({ texts: [...slice.texts] } satisfies ToModel, (error) => error && child?.kill("SIGKILL"));
    timer = setTimeout(() => child?.kill("SIGKILL"), SLICE_WITHIN_MS).unref();
  };
  return {
    run(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
      if (closed) throw serverStops();
      return untilAborted(signal, (resolve, reject) => {
        const slice: Slice = { texts, resolve, reject };
        waiting.splice(texts.length === 1 ? 0 : waiting.length, 0, slice);
        if (!working) next();
        return () => void (waiting.includes(slice) && waiting.splice(waiting.indexOf(slice), 1));
      });
    },
    async close() {
      closed = true;
      const ended = child && new Promise((resolve) => child?.once("exit", resolve));
      for (const slice of waiting.splice(0)) slice.reject(serverStops());
      working?.reject(serverStops());
      working = null;
      stop();
      await ended;
    },
  };
}

const unusable = (name: string, why: string): AppError =>
  new AppError("embedding.unavailable", `The embedding model ${name} cannot be used: ${why}`);

const serverStops = (): AppError => new AppError("server.stopping", "The server is stopping");

/** `begin` answers what takes the wish back. What is worked on already goes on to its end: a new process would take longer to start. */
async function untilAborted<T>(
  signal: AbortSignal,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const withdraw = begin(resolve, reject);
  const leave = () => {
    withdraw();
    reject(signal.reason);
  };
  signal.addEventListener("abort", leave, { once: true });
  return promise.finally(() => signal.removeEventListener("abort", leave));
}

type Heard = {
  /** What is heard of one that was let go means nothing. */
  isCurrent(child: ChildProcess): boolean;
  vectors(vectors: Float32Array[]): void;
  failed(message: string): void;
  gone(why: string): void;
};

function startChild(folder: string, heard: Heard): ChildProcess {
  const child = fork(fileURLToPath(new URL("./minilm-child.ts", import.meta.url)), [folder], {
    // Nothing of the environment: it holds keys.
    env: {},
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ifCurrent = (tell: () => void) => heard.isCurrent(child) && tell();
  child.on("message", (message) => {
    const answer = message as FromModel;
    ifCurrent(() => (answer.type === "vectors" ? heard.vectors(answer.vectors) : heard.failed(answer.message)));
  });
  child.on("exit", (code, killedBy) => ifCurrent(() => heard.gone(`its process ended (${killedBy ?? code})`)));
  child.on("error", (error) => ifCurrent(() => heard.gone(`its process does not start: ${error.message}`)));
  if (child.pid !== undefined) lower(child.pid);
  return child;
}

/** Where that is not allowed it runs like others. */
function lower(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    return;
  }
}
