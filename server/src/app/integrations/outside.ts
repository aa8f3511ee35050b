/** What is set of services outside, in memory: addresses, headers, keys. The environment wins over what is stored. */
import type { Profile } from "@orchestratex/sdk/contract";
import { z } from "zod";
import { type FullKeyring, openKeyring } from "../../providers/keyring.ts";
import { type Connection, type Vendor, vendorNamed, vendorOf, vendors } from "../../providers/vendors.ts";
import type { Database } from "../../store/database.ts";
import { listIntegrations, type StoredIntegration } from "../../store/integrations.ts";
import type { Vault } from "../../store/vault.ts";

export type Known = {
  vendor: Vendor;
  isActive: boolean;
  baseUrl: string | null;
  baseUrlSource: "environment" | "stored" | "default" | "none";
  headers: Readonly<Record<string, string>>;
  storedKeys: readonly string[];
  /** It has a secret that this process cannot open. */
  unreadable: boolean;
};

type Asked = Pick<Profile, "provider" | "api_endpoint" | "api_key_required">;

export type Outside = {
  keyring: FullKeyring;
  /** Read again what is stored; answers the names of those that have changed. */
  reload(): Promise<string[]>;
  /** Of any vendor, and of those that an operator has named; undefined: nobody knows it. */
  known(name: string): Known | undefined;
  names(): readonly string[];
  /** Grows with every change of one. */
  version(name: string): string;
  /** Where a profile is asked, without its key; null: nobody knows. */
  connection(profile: Pick<Profile, "provider" | "api_endpoint">): Connection | null;
  /** Whether the keys of its vendor may be sent to this address: to the vendor's own origin, or the operator's, alone. */
  isTrusted(name: string, baseUrl: string): boolean;
  /** Whether all that it takes to ask a model is there. */
  canAsk(profile: Asked): boolean;
};

export type OutsideOptions = {
  database: Database;
  vault: Vault;
  environment: {
    keysOf(vendorId: string): readonly string[];
    baseUrls: Readonly<Record<string, string>>;
    /** Vendors whose own address is not used. */
    withoutAddress: readonly string[];
  };
  /** Whether this version has the protocol of a provider. */
  speaks(provider: string): boolean;
  /** A stored secret cannot be opened. */
  onUnreadable(name: string): void;
};

type Opened = { version: string; row: StoredIntegration; secret: Secret; unreadable: boolean };

export const Secret = z.object({ keys: z.array(z.string()), headers: z.record(z.string(), z.string()) });
export type Secret = z.infer<typeof Secret>;

export const noSecret: Secret = { keys: [], headers: {} };

/** Null: it cannot be opened. */
export async function openSecret(vault: Vault, { name, secret }: Pick<StoredIntegration, "name" | "secret">) {
  if (secret === null) return noSecret;
  const text = await vault.open(name, secret);
  return text === null ? null : Secret.parse(JSON.parse(text));
}

export const Settings = z.object({ base_url: z.string().nullable().default(null) });

export function openOutside(options: OutsideOptions): Outside {
  const { environment, speaks } = options;
  const opened = new Map<string, Opened>();
  const isActive = (name: string) => opened.get(name)?.row.is_active ?? true;
  const keyring = openKeyring(
    (name) => (isActive(name) ? environment.keysOf(name) : []),
    () => performance.now(),
  );
  const { known, forget } = openKnown(opened, environment);
  const isTrusted = (name: string, baseUrl: string) => {
    const { vendor, baseUrl: set } = known(name) ?? {};
    return [vendor?.baseUrl, set].some((url) => url && originOf(url) === originOf(baseUrl));
  };
  const connection: Outside["connection"] = ({ provider, api_endpoint }) => {
    const one = known(provider);
    const baseUrl = api_endpoint?.replace(/\/+$/, "") ?? one?.baseUrl ?? null;
    if (one?.isActive === false || baseUrl === null) return null;
    return {
      baseUrl,
      key: null,
      headers: one && baseUrl !== one.baseUrl && !isTrusted(provider, baseUrl) ? {} : (one?.headers ?? {}),
    };
  };
  const read = async (): Promise<string[]> => {
    const changed = await readChanged(options, opened);
    for (const name of changed) {
      forget(name);
      keyring.store(name, isActive(name) ? (opened.get(name)?.secret.keys ?? []) : []);
    }
    return changed;
  };
  /** One after the other, so that none puts older rows over newer ones. */
  let reading: Promise<unknown> = Promise.resolve();
  return {
    keyring,
    reload() {
      const next = reading.then(read, read);
      reading = next;
      return next;
    },
    known,
    names: () => [...new Set([...vendors.map(({ id }) => id), ...opened.keys()])],
    version: (name) => opened.get(name)?.version ?? "",
    connection,
    isTrusted,
    canAsk(profile) {
      const { provider, api_key_required } = profile;
      const place = connection(profile);
      if (!place || !speaks(provider)) return false;
      if (vendorNamed(provider).keyVariable === null || !api_key_required) return true;
      return keyring.has(provider) && isTrusted(provider, place.baseUrl);
    },
  };
}

/** Put together once a change, for every call of a model asks. */
function openKnown(opened: ReadonlyMap<string, Opened>, environment: OutsideOptions["environment"]) {
  const shown = new Map<string, Known>();
  return {
    known(name: string): Known | undefined {
      const one = opened.get(name);
      if (!one && !vendorOf(name)) return undefined;
      const before = shown.get(name);
      if (before) return before;
      const vendor = vendorNamed(name);
      const own = environment.withoutAddress.includes(name) ? null : vendor.baseUrl;
      const now = knownOf({ ...vendor, baseUrl: own }, one, environment.baseUrls[name]);
      shown.set(name, now);
      return now;
    },
    forget: (name: string) => void shown.delete(name),
  };
}

/** Brings what is open up to date; answers the names of what was changed, made or removed. */
async function readChanged(
  { database, vault, onUnreadable }: OutsideOptions,
  opened: Map<string, Opened>,
): Promise<string[]> {
  const rows = await listIntegrations(database);
  const changed = [...opened.keys()].filter((name) => !rows.some((row) => row.name === name));
  for (const name of changed) opened.delete(name);
  for (const row of rows) {
    const version = `${row.id} ${row.revision}`;
    if (opened.get(row.name)?.version === version) continue;
    const secret = await openSecret(vault, row);
    if (secret === null) onUnreadable(row.name);
    opened.set(row.name, { version, row, secret: secret ?? noSecret, unreadable: secret === null });
    changed.push(row.name);
  }
  return changed;
}

function knownOf(vendor: Vendor, one: Opened | undefined, fromEnvironment: string | undefined): Known {
  const stored = one ? Settings.parse(one.row.settings).base_url : null;
  const baseUrl = fromEnvironment ?? stored ?? vendor.baseUrl;
  const source = baseUrl === null ? "none" : stored !== null ? "stored" : "default";
  return {
    vendor,
    isActive: one?.row.is_active ?? true,
    baseUrl,
    baseUrlSource: fromEnvironment === undefined ? source : "environment",
    headers: one?.secret.headers ?? {},
    storedKeys: one?.secret.keys ?? [],
    unreadable: one?.unreadable ?? false,
  };
}

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url);
