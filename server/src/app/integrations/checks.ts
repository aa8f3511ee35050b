/** Whether providers answer and what they have: their lists of models are asked for, free of charge, every minute by one process. */
import { AppError } from "../../errors.ts";
import { isListed, type Listing, listModels } from "../../providers/listing.ts";
import { ProviderError } from "../../providers/provider.ts";
import { vendorNamed } from "../../providers/vendors.ts";
import type { Database } from "../../store/database.ts";
import {
  claimChecks,
  forgetOldUptime,
  type ModelFound,
  noteModelsFound,
  noteProviderCheck,
  type Place,
  type RealModel,
  realModels,
} from "../../store/health.ts";
import type { Outside } from "./outside.ts";

export type ChecksOptions = {
  database: Database;
  outside: Outside;
  fetch: typeof globalThis.fetch;
  /** The id that took the place of one that the vendor no longer has. */
  substituteFor(vendorId: string, modelId: string): string | null;
  /** Before each look at what is due: in other processes something may be set otherwise. */
  beforeLook(): Promise<unknown>;
  /** What is looked for though no model of it is known yet. */
  findable: readonly string[];
  /** What it has is known now: whoever makes models of it, does so before they are looked at. */
  onFound(place: Place, ids: readonly string[]): Promise<void>;
  onFault(error: unknown): void;
};

type Tried = { key: string | null; failure: ProviderError | null };

type Checked = {
  listing: Listing | null;
  /** The first, where no key brought a list. */
  failure: ProviderError | null;
  tried: readonly Tried[];
  elapsedMs: number;
};

export type Checks = {
  /** Now, with these keys (null: without one); nothing is kept. */
  look(place: Place, keys: readonly (string | null)[]): Promise<Checked>;
  /** Now, with the keys in use; what is found is kept, unless what is set of it changes meanwhile. */
  check(place: Place): Promise<Checked>;
  /** Those of one vendor, in the background; resolves when it is done. */
  soon(name: string): Promise<void>;
  /** From now on: what is due, and checked by no other process. */
  start(): void;
  close(): Promise<void>;
};

const LOOK_EVERY_MS = 5_000;
const CHECK_EVERY_MS = 60_000;
const LOCAL_EVERY_MS = 30_000;
/** What failed is asked again sooner. */
const AGAIN_MS = 15_000;
const JITTER = 0.1;
const FORGET_EVERY_MS = 86_400_000;
const REFUSED_KEY_RESTS_MS = 600_000;

export function openChecks(options: ChecksOptions): Checks {
  const { database, onFault } = options;
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  /** The end waits for it. */
  const awaited = <Value>(work: Promise<Value>): Promise<Value> => {
    running.add(work);
    const forget = () => void running.delete(work);
    work.then(forget, forget);
    return work;
  };
  const inBackground = (work: Promise<unknown>): Promise<void> =>
    awaited(work).then(
      () => undefined,
      (error) => void (closing.signal.aborted || isAway(error) || onFault(error)),
    );
  const look = (place: Place, keys: readonly (string | null)[]) => lookAt(options, place, keys, closing.signal);
  const check = (place: Place, againMs: number | null = everyMs(place.vendor)) =>
    checkPlace(options, look, place, againMs);
  const due = async () => {
    await options.beforeLook();
    const places = placesOf(options, await realModels(database));
    for (const local of [true, false]) {
      const some = places.filter(({ vendor }) => isLocal(vendor) === local);
      const everyMs = (local ? LOCAL_EVERY_MS : CHECK_EVERY_MS) * (1 + JITTER * (2 * Math.random() - 1));
      const claimed = await claimChecks(database, some, everyMs);
      for (const place of claimed) void inBackground(check(place, null));
    }
  };
  const timers: NodeJS.Timeout[] = [];
  return {
    look,
    check: (place) => awaited(check(place)),
    soon(name) {
      const work = realModels(database).then(async (models) => {
        const own = placesOf(options, models).filter(({ vendor }) => vendor === name);
        await Promise.all(own.map((place) => check(place)));
      });
      return inBackground(work);
    },
    start() {
      void inBackground(due());
      timers.push(setInterval(() => void inBackground(due()), LOOK_EVERY_MS).unref());
      timers.push(setInterval(() => void inBackground(forgetOldUptime(database)), FORGET_EVERY_MS).unref());
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      closing.abort(new Error("closing"));
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** Whoever asks for health is told so. */
const isAway = (error: unknown): boolean => error instanceof AppError && error.code === "store.failed";

const isLocal = (vendor: string): boolean => vendorNamed(vendor).protocol === "ollama";

const everyMs = (vendor: string): number => (isLocal(vendor) ? LOCAL_EVERY_MS : CHECK_EVERY_MS);

/** Where models in use are asked. */
function placesOf({ outside, findable }: ChecksOptions, models: readonly RealModel[]): Place[] {
  const used = models.filter((model) => model.is_active && outside.canAsk(model));
  const looked = findable.map((provider) => ({ provider, api_endpoint: null }));
  const places = [...looked, ...used].flatMap((model) => {
    const base_url = outside.connection(model)?.baseUrl;
    return base_url === undefined ? [] : [{ vendor: model.provider, base_url }];
  });
  return [...new Map(places.map((place) => [`${place.vendor} ${place.base_url}`, place])).values()];
}

async function lookAt(
  { outside, fetch }: ChecksOptions,
  { vendor: name, base_url: baseUrl }: Place,
  keys: readonly (string | null)[],
  signal: AbortSignal,
): Promise<Checked> {
  const started = performance.now();
  const headers = outside.connection({ provider: name, api_endpoint: baseUrl })?.headers ?? {};
  const tried: Tried[] = [];
  let listing: Listing | null = null;
  for (const key of keys) {
    try {
      listing = await listModels(vendorNamed(name), { baseUrl, key, headers }, fetch, signal);
      tried.push({ key, failure: null });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      tried.push({ key, failure: error });
    }
  }
  const failure = listing ? null : (tried.find((one) => one.failure)?.failure ?? null);
  return { listing, failure, tried, elapsedMs: Math.round(performance.now() - started) };
}

async function checkPlace(
  options: ChecksOptions,
  look: Checks["look"],
  place: Place,
  againMs: number | null,
): Promise<Checked> {
  const { outside, database, onFound } = options;
  const version = outside.version(place.vendor);
  const keys = outside.isTrusted(place.vendor, place.base_url) ? outside.keyring.keys(place.vendor) : [];
  const checked = await look(place, keys.length > 0 ? keys : [null]);
  if (outside.version(place.vendor) !== version) return checked;
  restKeys(options, place.vendor, checked.tried);
  const { listing, failure, elapsedMs: response_time } = checked;
  await noteProviderCheck(database, {
    ...{ ...place, code: failure?.code ?? null, detail: failure?.message ?? null, response_time },
    ...{ models: listing?.ids?.length ?? null, againMs: failure ? AGAIN_MS : againMs },
  });
  if (listing?.ids) await onFound(place, listing.ids);
  const models = (await realModels(database)).filter(
    (model) =>
      model.provider === place.vendor && model.is_active && outside.connection(model)?.baseUrl === place.base_url,
  );
  if (failure?.code !== "provider.rate_limited")
    await noteModelsFound(
      database,
      models.map((model) => foundOf(options, model, listing, failure)),
    );
  return checked;
}

function restKeys({ outside }: ChecksOptions, name: string, tried: readonly Tried[]): void {
  for (const { key, failure } of tried) {
    if (key === null) continue;
    const refused = failure?.code === "provider.key_rejected" || failure?.code === "provider.no_credit";
    if (refused) outside.keyring.rest(name, key, REFUSED_KEY_RESTS_MS);
    else if (failure === null) outside.keyring.rest(name, key, 0);
  }
}

function foundOf(
  { substituteFor }: ChecksOptions,
  { model_name, provider, model_version, unlisted }: RealModel,
  listing: Listing | null,
  failure: AppError | null,
): ModelFound {
  if (failure) return { model_name, available: false, check_failure: failure.code, retired: null, substitute: null };
  const ids = listing?.complete ? (listing.ids ?? []) : [];
  const there = { model_name, available: true, check_failure: null, retired: false, substitute: null };
  if (isLocal(provider))
    return isListed(model_version, ids)
      ? there
      : { ...there, available: false, check_failure: "provider.model_unknown" };
  if (ids.length === 0 || unlisted || isListed(model_version, ids)) return there;
  return { ...there, available: false, retired: true, substitute: substituteFor(provider, model_version) };
}
