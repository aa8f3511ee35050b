/** The embedding in use: the one that is wanted as soon as it is there, until then the one that needs no model. */
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { FileProcessing } from "@orchestratex/sdk/contract";
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { AppError } from "../errors.ts";
import type { Embedding } from "../providers/embedding.ts";
import { download } from "../providers/embeddings/download.ts";
import { folderModelName, type WantedModel, wantedModel } from "../providers/embeddings/index.ts";
import { lexical } from "../providers/embeddings/lexical.ts";
import { openLocal } from "../providers/embeddings/minilm.ts";
import { openRemote } from "../providers/embeddings/remote.ts";
import type { Live } from "../store/live.ts";
import { connectionOf, type EmbeddingServices } from "./embedding-services.ts";

export type Embeddings = {
  current(): Embedding;
  state(): FileProcessing["embedding"];
  /** Called after `current` has become another. */
  onChange(listener: () => void): () => void;
  start(): void;
  /** Something was set of services outside: look again now. */
  look(): void;
  close(): Promise<void>;
};

export type EmbeddingsOptions = {
  /** As in EMBEDDING_MODEL; a path is relative to `cwd`. */
  wanted: string;
  cwd: string;
  dataDir: string;
  /** Where models are fetched from. */
  modelHost: string;
  proxy: { http: string | null; https: string | null; except: string | null } | null;
  services: EmbeddingServices;
  log: Logger;
  /** Between two attempts, growing; a test does not wait. */
  pauseMs?: { first: number; longest: number };
};

type Download = FileProcessing["embedding"]["download"];
type Opened = Embedding & { close?(): Promise<void> };

/** As the configuration says. A change of services outside is looked at at once. */
export function embeddingsFor(config: Config, services: EmbeddingServices, live: Live, log: Logger): Embeddings {
  const { embeddingModel: wanted, modelHost } = config.files;
  const proxy = config.secrets.proxy();
  const embeddings = openEmbeddings({
    ...{ wanted, modelHost, proxy, services, log },
    ...{ cwd: process.cwd(), dataDir: config.dataDir },
  });
  const off = live.onOutside(embeddings.look);
  return {
    ...embeddings,
    close() {
      off();
      return embeddings.close();
    },
  };
}

export function openEmbeddings(options: EmbeddingsOptions): Embeddings {
  const { wanted, cwd, log, pauseMs = { first: 5_000, longest: 300_000 } } = options;
  const model = wantedModel(wanted, cwd);
  const closing = new AbortController();
  const listeners = new Set<() => void>();
  let current: Opened = lexical;
  let ready = model.type === "lexical";
  let detail: string | null = null;
  let downloading: Download = null;
  let hurry = new AbortController();
  let work: Promise<void> | null = null;

  const onDownload = (received: number, total: number | null) => {
    downloading = { received, total };
  };
  const attempts = async () => {
    for (let pause = pauseMs.first; !ready; pause = Math.min(2 * pause, pauseMs.longest)) {
      try {
        current = await opened(options, model, onDownload, closing.signal);
        [ready, detail] = [true, null];
        log.info({ embedding: current.model, dimensions: current.dimensions }, "the embedding model is there");
        for (const listener of listeners) listener();
      } catch (error) {
        if (closing.signal.aborted) return;
        const told = error instanceof AppError ? error.message : "it failed on our side: see the log";
        if (told !== detail) log.warn({ err: error, again_in_ms: pause }, `${wanted} is not there yet: ${told}`);
        detail = told;
        const either = AbortSignal.any([closing.signal, hurry.signal]);
        await wait(pause, undefined, { signal: either }).catch(() => undefined);
        if (hurry.signal.aborted) hurry = new AbortController();
      } finally {
        downloading = null;
      }
      if (closing.signal.aborted) return;
    }
  };
  return {
    current: () => current,
    state: () => ({
      ...{ model: current.model, kind: current.kind, dimensions: current.dimensions },
      wanted: ready ? current.model : wanted,
      state: ready ? "ready" : downloading ? "downloading" : "unavailable",
      detail: ready ? null : (detail ?? (downloading ? null : "it is being opened")),
      download: downloading,
    }),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start() {
      if (!ready) work ??= attempts();
    },
    look: () => hurry.abort(),
    async close() {
      closing.abort(new AppError("server.stopping", "The server is stopping"));
      await work;
      await current.close?.();
    },
  };
}

async function opened(
  { dataDir, modelHost, proxy, services, cwd }: EmbeddingsOptions,
  model: WantedModel,
  onProgress: (received: number, total: number | null) => void,
  signal: AbortSignal,
): Promise<Opened> {
  if (model.type === "lexical") return lexical;
  if (model.type === "folder")
    return openLocal({ name: await folderModelName(model.folder), folder: model.folder }, signal);
  if (model.type === "unknown")
    throw new AppError(
      "embedding.not_found",
      `EMBEDDING_MODEL ${model.name.slice(0, 200)} is no model that is known here, no folder in ${cwd}, and not of the form NAME:MODEL`,
    );
  if (model.type === "remote") {
    const { vendor, modelId } = model;
    return openRemote({ ...connectionOf(services, vendor), modelId, name: `${vendor}:${modelId}` }, signal);
  }
  const folder = path.join(dataDir, "models", model.name);
  if (!existsSync(folder)) await download({ ...{ host: modelHost, proxy, folder, onProgress, signal }, ...model });
  return openLocal({ name: model.name, folder }, signal);
}
