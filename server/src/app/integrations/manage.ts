/** Integrations as an operator sees and sets them. A key comes in and never goes out. */
import type { Integration, IntegrationTest, PutIntegration, RecognizedKey } from "@orchestratex/sdk/contract";
import { AppError } from "../../errors.ts";
import { addressVariableOf, vendorOf, vendorOfKey, vendors } from "../../providers/vendors.ts";
import { forgetChecks, realModels, refreshAvailability } from "../../store/health.ts";
import { clearIntegration, integrationNamed, writeIntegration } from "../../store/integrations.ts";
import type { Vault } from "../../store/vault.ts";
import { within } from "../within.ts";
import type { Checks } from "./checks.ts";
import { type Known, noSecret, type Outside, openSecret, Settings } from "./outside.ts";
import { hintOf, type Showing, shownOf } from "./show.ts";

export type Managing = Showing & {
  vault: Vault;
  checks: Checks;
  /** False: other processes may share the database, and this one has no ENCRYPTION_KEY. */
  mayStore: boolean;
  /** Other processes read again what is set. */
  tellOthers(): void;
};

export type Manage = {
  list(): Promise<Integration[]>;
  get(name: string): Promise<Integration>;
  put(name: string, body: PutIntegration): Promise<Integration>;
  remove(name: string): Promise<void>;
  test(name: string, key: string | null): Promise<IntegrationTest>;
  recognize(key: string): RecognizedKey;
  /** After a change of models, or of those of one provider: they become available, or not, by what is set. */
  refresh(name?: string): Promise<void>;
};

export function openManage(managing: Managing): Manage {
  const { database, outside, tellOthers } = managing;
  const changed = async (name: string) => {
    await outside.reload();
    await forgetChecks(database, name);
    await refreshReach(managing);
    tellOthers();
    await lookAt(managing, name);
  };
  const get = async (name: string) => {
    requireKnown(outside, name);
    const [shown] = await shownOf(managing, [name]);
    if (!shown) throw notFound(name);
    return shown;
  };
  return {
    list: () => shownOf(managing, outside.names()),
    get,
    async put(name, body) {
      await write(managing, name, body);
      await changed(name);
      return get(name);
    },
    async remove(name) {
      requireKnown(outside, name);
      await clearIntegration(database, name, vendorOf(name) !== undefined);
      await changed(name);
    },
    test: (name, key) => test(managing, name, key),
    recognize: recognized,
    async refresh(name) {
      await refreshReach(managing);
      if (name !== undefined) await lookAt(managing, name);
    },
  };
}

const notFound = (name: string) =>
  new AppError("integration.not_found", `There is no integration ${name}: see GET /api/integrations`);

function requireKnown(outside: Outside, name: string): Known {
  const known = outside.known(name);
  if (!known) throw notFound(name);
  return known;
}

async function refreshReach({ database, outside }: Managing): Promise<void> {
  const models = await realModels(database);
  const reach = models.map((model) => ({
    ...{ model_name: model.model_name, reachable: outside.canAsk(model) },
    proven: outside.keyring.has(model.provider),
  }));
  await refreshAvailability(database, reach);
}

/** Whoever made a model waits so long for what a first look finds. */
const LOOK_WITHIN_MS = 2_000;

/** A key says that its models can be asked; without one nobody knows before the look, so it is waited for. */
async function lookAt({ outside, checks }: Managing, name: string): Promise<void> {
  const looked = checks.soon(name);
  if (outside.keyring.has(name)) return;
  await within(looked, LOOK_WITHIN_MS, () => new Error("later")).catch(() => undefined);
}

/** So often somebody else may be faster. */
const ATTEMPTS = 5;

async function write(managing: Managing, name: string, body: PutIntegration): Promise<void> {
  const { database, vault, outside } = managing;
  const keys = body.keys ?? (body.key === undefined ? undefined : body.key === null ? [] : [body.key]);
  if (!outside.known(name) && !body.base_url) throw notFound(name);
  refuseOverEnvironment(managing, name, keys, body.base_url);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const row = await integrationNamed(database, name);
    const before = row ? await openSecret(vault, row) : noSecret;
    const secret = {
      keys: [...new Set(keys ?? before?.keys ?? [])],
      headers: body.headers === undefined ? (before?.headers ?? {}) : (body.headers ?? {}),
    };
    const holds = secret.keys.length > 0 || Object.keys(secret.headers).length > 0;
    const touches = keys !== undefined || body.headers !== undefined;
    if (touches && holds && !managing.mayStore)
      throw new AppError(
        "integration.no_encryption_key",
        "Keys are kept encrypted, and every process over this database server must be able to read them: set ENCRYPTION_KEY, the same for all, and restart",
      );
    const sealed = holds ? await vault.seal(name, JSON.stringify(secret)) : null;
    const change = {
      base_url: body.base_url === undefined ? (row ? Settings.parse(row.settings).base_url : null) : body.base_url,
      secret: touches ? sealed : (row?.secret ?? null),
      is_active: body.is_active ?? row?.is_active ?? true,
    };
    if (await writeIntegration(database, name, row?.revision ?? null, change)) return;
  }
  throw new AppError("internal", `The integration ${name} was changed ${ATTEMPTS} times meanwhile`);
}

function refuseOverEnvironment(
  { environment, outside }: Managing,
  name: string,
  keys: readonly string[] | undefined,
  baseUrl: string | null | undefined,
): void {
  const vendor = vendorOf(name);
  if (keys && keys.length > 0 && environment.keysOf(name).length > 0)
    throw new AppError(
      "integration.from_environment",
      `${vendor?.keyVariable} is set where the server was started, and wins over stored keys: change it there and restart, or take it away there first`,
    );
  if (baseUrl && outside.known(name)?.baseUrlSource === "environment")
    throw new AppError(
      "integration.from_environment",
      `The address of ${name} is set where the server was started (${vendor && addressVariableOf(vendor)}) and wins: change it there and restart`,
    );
}

async function test({ outside, checks }: Managing, name: string, key: string | null): Promise<IntegrationTest> {
  const { baseUrl, vendor } = requireKnown(outside, name);
  if (baseUrl === null)
    throw new AppError("integration.no_address", `${vendor.title} has no address: give its base_url first`);
  const inUse = outside.keyring.keys(name);
  if (key === null && inUse.length === 0 && vendor.keyVariable !== null)
    throw new AppError("integration.no_key", `There is no key of ${vendor.title}: name one, or store it first`);
  const place = { vendor: name, base_url: baseUrl };
  const { listing, failure, tried, elapsedMs } = await (key === null ? checks.check(place) : checks.look(place, [key]));
  return {
    ...{ name, ok: failure === null, response_time: elapsedMs, models_found: listing?.ids?.length ?? null },
    models: (listing?.ids ?? []).slice(0, 500),
    ...{ code: failure?.code ?? null, detail: failure?.message ?? null },
    keys: tried.flatMap((one) =>
      one.key === null
        ? []
        : [
            {
              ...hintOf(one.key),
              ...{ ok: one.failure === null, code: one.failure?.code ?? null, detail: one.failure?.message ?? null },
            },
          ],
    ),
    tested_at: new Date().toISOString(),
  };
}

function recognized(key: string): RecognizedKey {
  const vendor = vendorOfKey(key);
  if (vendor) return { name: vendor.id, title: vendor.title, candidates: [vendor.id] };
  const silent = vendors.filter(({ keyPattern }) => keyPattern === null);
  return {
    name: null,
    title: null,
    candidates: silent.filter(({ protocol }) => protocol !== "ollama").map(({ id }) => id),
  };
}
