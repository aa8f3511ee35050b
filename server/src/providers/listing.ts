/** Which models a vendor has for a key: free of charge, and the way to see whether a key is one. */
import { z } from "zod";
import { AnswerError, failureOf } from "./failures.ts";
import { mayListen } from "./knock.ts";
import { ProviderError } from "./provider.ts";
import type { Connection, Vendor } from "./vendors.ts";

export type Listing = {
  /** As the vendor calls them, aliases too; null: it gives no list. */
  ids: readonly string[] | null;
  /** False: there are more than it told. */
  complete: boolean;
};

const WITHIN_MS = 10_000;

/** Throws ProviderError; an abort of `signal` throws its reason. */
export async function listModels(
  vendor: Vendor,
  connection: Connection,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<Listing> {
  if (!(await mayListen(connection.baseUrl))) throw silent(vendor, connection.baseUrl);
  const patience = AbortSignal.timeout(WITHIN_MS);
  const read = (path: string) =>
    readJson(connection, path, headersFor(vendor, connection), fetch, AbortSignal.any([signal, patience]));
  try {
    if (vendor.keyPath) await read(vendor.keyPath);
    return vendor.modelsPath === null ? unlisted : listingIn(await read(vendor.modelsPath + pageSize[vendor.protocol]));
  } catch (error) {
    signal.throwIfAborted();
    if (patience.aborted) throw late(vendor);
    if (isWithoutList(error, vendor)) return unlisted;
    const secrets = [...(connection.key === null ? [] : [connection.key]), ...Object.values(connection.headers)];
    throw asListing(failureOf(error, { vendor, secrets, sent: true, prompt: [] }));
  }
}

const unlisted: Listing = { ids: null, complete: false };

/** The most that one answer may hold; the others give all at once. */
const pageSize: Record<Vendor["protocol"], string> = {
  ...{ anthropic: "?limit=1000", google: "?pageSize=1000" },
  ...{ openai: "", "openai-compatible": "", mistral: "", xai: "", openrouter: "", ollama: "" },
};

function headersFor(vendor: Vendor, { key, headers }: Connection): Record<string, string> {
  const version: Record<string, string> = vendor.protocol === "anthropic" ? { "anthropic-version": "2023-06-01" } : {};
  return { accept: "application/json", ...version, ...(key === null ? {} : withKey(vendor, key)), ...headers };
}

function withKey({ protocol, keyHeader }: Vendor, key: string): Record<string, string> {
  if (keyHeader) return { [keyHeader]: key };
  if (protocol === "anthropic") return { "x-api-key": key };
  return protocol === "google" ? { "x-goog-api-key": key } : { authorization: `Bearer ${key}` };
}

async function readJson(
  { baseUrl }: Connection,
  path: string,
  headers: Record<string, string>,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<unknown> {
  const answer = await fetch(baseUrl + path, { headers, signal });
  const body = await answer.text();
  if (answer.status !== 200) throw new AnswerError(answer.status, answer.headers, body);
  try {
    return JSON.parse(body);
  } catch {
    throw new AnswerError(answer.status, answer.headers, body);
  }
}

const Named = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  model: z.string().optional(),
  aliases: z.array(z.string()).optional(),
});
const NamedList = z.array(Named);
const Page = z.union([
  NamedList.transform((data) => ({ data, more: false })),
  z
    .object({ data: NamedList, has_more: z.boolean().optional() })
    .transform(({ data, has_more = false }) => ({ data, more: has_more })),
  z
    .object({ models: NamedList, nextPageToken: z.string().optional() })
    .transform(({ models, nextPageToken }) => ({ data: models, more: nextPageToken !== undefined })),
]);

/** The shapes of OpenAI and its imitators, Anthropic, Together (a bare list), Google and Ollama. */
function listingIn(value: unknown): Listing {
  const page = Page.safeParse(value);
  if (!page.success) throw new Error("the list of models has another form");
  const { data, more } = page.data;
  const ids = data.flatMap(({ id, name, model, aliases = [] }) => [...[id ?? model ?? name ?? []].flat(), ...aliases]);
  return { ids: [...new Set(ids.map((id) => id.replace(/^models\//, "")))], complete: !more };
}

/** Not every endpoint that imitates another has this path. */
const isWithoutList = (error: unknown, { protocol }: Vendor): boolean =>
  protocol === "openai-compatible" && error instanceof AnswerError && [404, 405, 501].includes(error.status);

/** Nobody has asked for a model here: what looks so is a wrong address. */
const asListing = (failure: ProviderError): ProviderError =>
  failure.code === "provider.model_unknown"
    ? new ProviderError("provider.rejected", `${failure.message} (is the address right?)`, {
        free: true,
        httpStatus: failure.httpStatus,
      })
    : failure;

const silent = ({ title }: Vendor, url: string): ProviderError =>
  new ProviderError("provider.unreachable", `${title} does not listen at ${url}`, { free: true });

const late = ({ title }: Vendor): ProviderError =>
  new ProviderError("provider.unreachable", `${title} did not list its models within ${WITHIN_MS / 1_000} seconds`, {
    free: true,
  });

/** `claude-sonnet-4-5` is listed as `claude-sonnet-4-5-20250929`, `mistral-large-latest` as its newest, `llama3.3` as `llama3.3:latest`. */
export function isListed(version: string, ids: readonly string[]): boolean {
  const name = version.replace(/^models\//, "");
  const stem = name.replace(/-latest$/, "");
  return ids.some(
    (id) =>
      id === name ||
      id === `${name}:latest` ||
      (id.startsWith(`${name}-`) && DATED.test(id.slice(name.length))) ||
      (stem !== name && (id === stem || (id.startsWith(`${stem}-`) && DATED.test(id.slice(stem.length))))),
  );
}

const DATED = /^-(?:\d{3,4}|\d{6}|\d{8}|\d{4}-\d{2}(?:-\d{2})?|latest)$/;
