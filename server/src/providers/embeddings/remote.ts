/** A service that makes vectors, at OpenAI's `/embeddings` or one that imitates it. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import type { Embedding } from "../embedding.ts";
import { AnswerError, failureOf } from "../failures.ts";
import { ProviderError } from "../provider.ts";
import type { Connection, Vendor } from "../vendors.ts";
import { unitVectors } from "./checked.ts";

export type RemoteModel = {
  vendor: Vendor;
  /** As the vendor calls it. */
  modelId: string;
  /** For people; beside each vector it stands with the number of dimensions, for a service may change a model under its name. */
  name: string;
  /** As it is now, with a key; throws ProviderError where there is none. */
  connection(): Connection;
  /** The vendor has refused the key. */
  onKeyRefused(key: string): void;
  fetch: typeof globalThis.fetch;
  /** Before another attempt; a test does not wait. */
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
};

/** OpenAI takes 2048 texts and 300 000 tokens at once, others fewer: these are taken by all that we know. */
const MOST_TEXTS = 64;
const MOST_CHARACTERS = 200_000;
/** 8191 tokens are what most models read; a character is more than half a token in no script but a few. */
const LONGEST = 8_000;

/** It is asked once, to learn how many dimensions it has. */
export async function openRemote(model: RemoteModel, signal: AbortSignal): Promise<Embedding> {
  const [probe] = await asked(model, ["dimensions"], null, signal);
  const dimensions = probe?.length ?? 0;
  return {
    model: `${model.name}@${dimensions}`,
    kind: "remote",
    dimensions,
    async embed(texts, stopped) {
      const vectors: Float32Array[] = [];
      for (const batch of batchesOf(texts)) vectors.push(...(await asked(model, batch, dimensions, stopped)));
      return vectors;
    },
  };
}

function* batchesOf(texts: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let length = 0;
  for (const text of texts) {
    // An empty text is refused by most.
    const cut = text.slice(0, LONGEST).toWellFormed() || " ";
    if (batch.length === MOST_TEXTS || (batch.length > 0 && length + cut.length > MOST_CHARACTERS)) {
      yield batch;
      batch = [];
      length = 0;
    }
    batch.push(cut);
    length += cut.length;
  }
  if (batch.length > 0) yield batch;
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 1_000;
/** A longer pause is not waited for here: the job comes back to it. */
const LONGEST_PAUSE_MS = 60_000;

async function asked(
  model: RemoteModel,
  texts: readonly string[],
  dimensions: number | null,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const { pause = (ms, stopped) => wait(ms, undefined, { signal: stopped }) } = model;
  for (let attempt = 1; ; attempt++) {
    try {
      const vectors = await once(model, texts, signal);
      return unitVectors(vectors, { count: texts.length, dimensions, model: model.name });
    } catch (error) {
      signal.throwIfAborted();
      const pauseMs = pauseAfter(error, attempt);
      if (pauseMs === null) throw error;
      await pause(pauseMs, signal).catch(() => signal.throwIfAborted());
    }
  }
}

/** Null: another attempt would not help, or not soon. */
function pauseAfter(error: unknown, attempt: number): number | null {
  if (!(error instanceof AppError) || !error.retry || attempt >= ATTEMPTS) return null;
  const wanted = error instanceof ProviderError ? error.retryAfterMs : null;
  const pauseMs = wanted ?? FIRST_PAUSE_MS * 2 ** (attempt - 1);
  return pauseMs > LONGEST_PAUSE_MS ? null : pauseMs;
}

const Answer = z.object({ data: z.array(z.object({ index: z.int().optional(), embedding: z.array(z.number()) })) });

/** Vectors in the order of the texts. */
async function once(model: RemoteModel, texts: readonly string[], signal: AbortSignal): Promise<number[][]> {
  const { vendor, modelId, fetch } = model;
  const connection = model.connection();
  const { key, headers } = connection;
  try {
    const answer = await fetch(addressOf(vendor, connection.baseUrl), {
      method: "POST",
      headers: { ...headers, ...keyHeader(vendor, key), "content-type": "application/json" },
      body: JSON.stringify({ model: modelId, input: texts, encoding_format: "float" }),
      signal,
    });
    const body = await answer.text();
    if (!answer.ok) throw new AnswerError(answer.status, answer.headers, body);
    const parsed = Answer.safeParse(jsonOf(body));
    if (!parsed.success) throw new AnswerError(answer.status, answer.headers, body);
    return ordered(parsed.data.data, texts.length);
  } catch (error) {
    signal.throwIfAborted();
    const secrets = [...(key === null ? [] : [key]), ...Object.values(headers)];
    const failure = failureOf(error, { vendor, secrets, sent: true, prompt: texts });
    if (key !== null && failure.code === "provider.key_rejected") model.onKeyRefused(key);
    throw failure;
  }
}

/** By their `index`, where each is told once. */
function ordered(items: readonly { index?: number | undefined; embedding: number[] }[], count: number): number[][] {
  const indexes = new Set(items.map(({ index }) => index));
  const told = items.length === count && items.every((_, n) => indexes.has(n));
  const sorted = told ? items.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0)) : items;
  return sorted.map(({ embedding }) => embedding);
}

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
};

/** Ollama and Google have OpenAI's form beside their own. */
const addressOf = ({ protocol }: Vendor, baseUrl: string): string => {
  const between = protocol === "ollama" ? "/v1" : protocol === "google" ? "/openai" : "";
  return `${baseUrl}${between}/embeddings`;
};

const keyHeader = (vendor: Vendor, key: string | null): Record<string, string> => {
  if (key === null) return {};
  return vendor.keyHeader ? { [vendor.keyHeader]: key } : { authorization: `Bearer ${key}` };
};
